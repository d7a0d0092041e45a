package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;
import software.amazon.awssdk.services.sms.model.Server;

/** A site of the tests: a folder of servers, the connector over it, and the API to drive it. */
final class Site implements AutoCloseable {
  /** The sites that the shared cloud declares, one for each test that runs beside others. */
  enum Place {
    ODD_DISKS,
    CORRUPT_ONCE,
    CORRUPT_ALWAYS,
    TAMPERED_LIST,
    TAMPERED_INDEX,
    EVENTS,
    CLI,
    APPLICATION,
    CRASH,
    SCHEDULE,
    TAKE_OVER(2),
    VCENTER,
    /** On a cloud of its own. */
    UPGRADE;

    private final int connectors;

    Place() {
      this(1);
    }

    Place(int connectors) {
      this.connectors = connectors;
    }

    String environment() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private String connector(int number) {
      return environment() + "-" + number;
    }

    /** As the stack's output names its first connector: {@code OddDisks1}. */
    String outputName() {
      return outputName(1);
    }

    /** The same of one of several connectors, from 1. */
    String outputName(int number) {
      StringBuilder pascal = new StringBuilder();
      for (String word : connector(number).split("-", -1)) {
        pascal.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
      }
      return pascal.toString();
    }

    /** The connectors of some sites, as the CDK app takes them. */
    static String declarations(List<Place> places) {
      return places.stream()
          .flatMap(
              place ->
                  IntStream.rangeClosed(1, place.connectors)
                      .mapToObj(
                          number ->
                              "{\"name\":\"%s\",\"environment\":\"%s\"}"
                                  .formatted(place.connector(number), place.environment())))
          .collect(Collectors.joining(",", "[", "]"));
    }

    ConnectorId connectorId() {
      return ConnectorId.declared(new EnvironmentName(environment()), connector(1));
    }
  }

  /** A run of small disks takes about 10 s; JVMs that start cold on two busy cores make it more. */
  private static final Duration RUN_LIMIT = Duration.ofMinutes(5);

  private static final Duration CATALOG_LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(500);

  private final DeployedStack stack;
  private final Place place;
  private final Path folder;
  private final SmsClient sms;
  private final List<RunningConnector> connectors = new ArrayList<>();

  Site(DeployedStack stack, Place place, Path folder) {
    this.stack = stack;
    this.place = place;
    this.folder = folder;
    this.sms = stack.smsClient();
  }

  SmsClient sms() {
    return sms;
  }

  Place place() {
    return place;
  }

  /** Writes a disk of a server. */
  Path disk(String server, String fileName, byte[] content) {
    try {
      Path disk = Files.createDirectories(folder.resolve(server)).resolve(fileName);
      // Cut last: an inventory that is taken meanwhile would see a disk that shrank.
      Files.write(disk, content, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.WRITE)) {
        channel.truncate(content.length);
      }
      return disk;
    } catch (IOException e) {
      throw new IllegalStateException("cannot write a disk of " + server, e);
    }
  }

  ConnectorStart connectorSettings() {
    return connectorSettings(1);
  }

  /** Of one of the place's connectors, from 1. */
  ConnectorStart connectorSettings(int number) {
    return stack
        .connectorOver(folder)
        .named(place.outputName(number))
        .with(Map.of("statusIntervalSeconds", 5, "heartbeatIntervalSeconds", 10));
  }

  RunningConnector startConnector() {
    return startConnector(connectorSettings());
  }

  RunningConnector startConnector(ConnectorStart settings) {
    RunningConnector started = stack.startConnector(settings);
    connectors.add(started);
    stack.awaitHealthy(started);
    return started;
  }

  /** Imports the catalog and returns the id that the API gives a server. */
  String serverId(String vmName) {
    sms.importServerCatalog(request -> {});
    return await(
            CATALOG_LIMIT,
            "server " + vmName + " in the catalog",
            () -> server(vmName).map(Server::serverId))
        .strip();
  }

  Optional<Server> server(String vmName) {
    return sms.getServersPaginator(request -> {}).serverList().stream()
        .filter(server -> server.vmServer().vmName().equals(vmName))
        .filter(
            server -> place.environment().equals(server.vmServer().vmServerAddress().vmManagerId()))
        .findFirst();
  }

  /** Makes a job whose first run starts at once. */
  String createJob(String serverId) {
    return sms.createReplicationJob(
            request ->
                request
                    .serverId(serverId)
                    .seedReplicationTime(Instant.now().minusSeconds(60))
                    .frequency(24)
                    .description("acceptance"))
        .replicationJobId();
  }

  String startRun(String jobId) {
    return sms.startOnDemandReplicationRun(request -> request.replicationJobId(jobId))
        .replicationRunId();
  }

  /** The newest run of a job, when it has ended one way or the other. */
  ReplicationRun awaitEndOfNewestRun(String jobId) {
    return awaitEndOfNewestRun(jobId, RUN_LIMIT);
  }

  private ReplicationRun awaitEndOfNewestRun(String jobId, Duration limit) {
    return await(
        limit,
        "the end of the newest run of " + jobId,
        () -> runs(jobId).stream().findFirst().filter(Site::hasEnded));
  }

  ReplicationRun awaitCompleted(String jobId) {
    return awaitCompleted(jobId, RUN_LIMIT);
  }

  ReplicationRun awaitCompleted(String jobId, Duration limit) {
    ReplicationRun run = awaitEndOfNewestRun(jobId, limit);
    assertThat(run.state()).as(run.statusMessage()).isEqualTo(ReplicationRunState.COMPLETED);
    return run;
  }

  List<ReplicationRun> runs(String jobId) {
    return sms
        .getReplicationRunsPaginator(request -> request.replicationJobId(jobId))
        .replicationRunList()
        .stream()
        .toList();
  }

  static DiskId diskId(String server, String fileName) {
    return DiskId.of(server, fileName);
  }

  /** Asks again and again until there is an answer. */
  static <T> T await(Duration limit, String what, Supplier<Optional<T>> question) {
    Instant deadline = Instant.now().plus(limit);
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("no " + what + " within " + limit.toSeconds() + " s");
      }
      try {
        Thread.sleep(POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }

  URI ebs() {
    return URI.create(stack.cloud().ebsUrl());
  }

  @Override
  public void close() {
    connectors.forEach(RunningConnector::stop);
    sms.close();
  }

  private static boolean hasEnded(ReplicationRun run) {
    return switch (run.state()) {
      case COMPLETED, FAILED, MISSED, DELETED -> true;
      case PENDING, ACTIVE, DELETING, UNKNOWN_TO_SDK_VERSION -> false;
    };
  }
}
