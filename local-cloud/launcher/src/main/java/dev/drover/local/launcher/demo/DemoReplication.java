package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.cloud.Terminal;
import dev.drover.local.launcher.stack.DeployedStack;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;
import software.amazon.awssdk.services.sms.model.Server;

/** What the demo asks of the API, by the real SMS client; exact counters come from the table. */
final class DemoReplication implements AutoCloseable {
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CATALOG_LIMIT = Duration.ofMinutes(2);

  /** The demo has five minutes in all; a run that lasts longer than this has failed. */
  private static final Duration RUN_LIMIT = Duration.ofMinutes(10);

  private static final int DISK_ID_HEX = 17;

  private final DeployedStack stack;
  private final Terminal terminal;
  private final SmsClient sms;
  private final DynamoDbClient table;

  DemoReplication(DeployedStack stack, Terminal terminal) {
    this.stack = stack;
    this.terminal = terminal;
    this.sms = stack.smsClient();
    this.table =
        DynamoDbClient.builder()
            .endpointOverride(URI.create(stack.cloud().endpointUrl()))
            .region(Region.of(CloudEnvironment.REGION))
            .credentialsProvider(CloudEnvironment.credentials())
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  /** A disk of a run and the snapshot it became. */
  record Disk(String diskId, String snapshotId) {}

  /**
   * A run that completed.
   *
   * @param number 1 for the first
   */
  record Run(
      int number,
      String runId,
      String amiId,
      long bytesRead,
      long bytesChanged,
      long bytesSent,
      Duration elapsed,
      List<Disk> disks) {
    Run {
      disks = List.copyOf(disks);
    }
  }

  /**
   * A job.
   *
   * @param vmId of its server, as the catalog has it
   */
  record Job(String id, String vmId) {}

  /** Imports the catalog, waits for a server and starts its replication at once. */
  Job createJob(String serverName) {
    sms.importServerCatalog(request -> {});
    Server server = awaitServer(serverName);
    terminal.line("  server " + server.serverId() + " is in the catalog");
    String jobId =
        sms.createReplicationJob(
                request ->
                    request
                        .serverId(server.serverId())
                        .seedReplicationTime(Instant.now().minus(Duration.ofHours(1)))
                        .frequency(24)
                        .description("drover demo"))
            .replicationJobId();
    return new Job(jobId, server.vmServer().vmServerAddress().vmId());
  }

  /** Starts a run that no schedule asked for. */
  void startRun(String jobId) {
    sms.startOnDemandReplicationRun(
        request -> request.replicationJobId(jobId).description("drover demo"));
  }

  /**
   * Waits for the newest of so many runs to complete.
   *
   * @throws LocalCloudException with the run's own reason, if it fails
   */
  Run awaitRun(String jobId, int number) {
    long begin = System.nanoTime();
    String shown = "";
    while (System.nanoTime() - begin < RUN_LIMIT.toNanos()) {
      List<ReplicationRun> runs =
          sms.getReplicationRuns(request -> request.replicationJobId(jobId)).replicationRunList();
      Optional<ReplicationRun> newest = runs.size() < number ? Optional.empty() : newest(runs);
      if (newest.isPresent()) {
        ReplicationRun run = newest.get();
        shown = show(number, run, shown);
        if (run.state() == ReplicationRunState.COMPLETED) {
          return completed(jobId, number, run, Duration.ofNanos(System.nanoTime() - begin));
        }
        if (run.state() == ReplicationRunState.FAILED
            || run.state() == ReplicationRunState.MISSED) {
          throw new LocalCloudException(
              "Run " + run.replicationRunId() + " is " + run.state() + ": " + run.statusMessage());
        }
      }
      Pause.interruptibly(POLL_INTERVAL);
    }
    throw new LocalCloudException(
        "Run " + number + " is not done after " + RUN_LIMIT.toMinutes() + " minutes.");
  }

  /** The id that the connector gives a disk, from its VM's and the uuid of its backing. */
  static String diskId(String vmId, String backingUuid) {
    String key = vmId + "\0" + backingUuid;
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return "d-" + HexFormat.of().formatHex(digest).substring(0, DISK_ID_HEX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    sms.close();
    table.close();
  }

  private Server awaitServer(String name) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < CATALOG_LIMIT.toNanos()) {
      Optional<Server> found =
          sms.getServersPaginator(request -> {}).serverList().stream()
              .filter(server -> server.vmServer() != null)
              .filter(server -> name.equals(server.vmServer().vmName()))
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Pause.interruptibly(POLL_INTERVAL);
    }
    throw new LocalCloudException(
        "Server " + name + " is not in the catalog after " + CATALOG_LIMIT.toSeconds() + " s.");
  }

  /** Runs come newest first, but a test of ours should not rest on it. */
  private static Optional<ReplicationRun> newest(List<ReplicationRun> runs) {
    return runs.stream()
        .filter(run -> run.scheduledStartTime() != null)
        .max(java.util.Comparator.comparing(ReplicationRun::scheduledStartTime));
  }

  /** Without a terminal the connector shows nothing live: then what the API says is shown. */
  private String show(int number, ReplicationRun run, String shown) {
    String message = run.statusMessage();
    String text = message == null ? run.stateAsString() : message;
    if (!terminal.live() && !text.equals(shown)) {
      terminal.line("  run " + number + ": " + text);
    }
    return text;
  }

  private Run completed(String jobId, int number, ReplicationRun run, Duration elapsed) {
    String runId = run.replicationRunId();
    Map<String, AttributeValue> item =
        table
            .getItem(
                request ->
                    request
                        .tableName(stack.output("TableName"))
                        .key(Map.of("pk", text("JOB#" + jobId), "sk", text("RUN#" + runId))))
            .item();
    return new Run(
        number,
        runId,
        String.valueOf(run.amiId()),
        number(item, "bytesRead"),
        number(item, "bytesChanged"),
        number(item, "bytesSent"),
        elapsed,
        disks(runId));
  }

  private List<Disk> disks(String runId) {
    return table
        .queryPaginator(
            request ->
                request
                    .tableName(stack.output("TableName"))
                    .keyConditionExpression("pk = :pk AND begins_with(sk, :sk)")
                    .expressionAttributeValues(
                        Map.of(":pk", text("RUN#" + runId), ":sk", text("DISK#"))))
        .items()
        .stream()
        .map(
            item ->
                new Disk(
                    required(item, "sk").substring("DISK#".length()), required(item, "snapshotId")))
        .toList();
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static String required(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || value.s() == null) {
      throw new LocalCloudException("The table's item has no " + name + ": " + item.keySet());
    }
    return value.s();
  }

  /** A counter; 0 if the item lacks it. */
  private static long number(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.n() == null ? 0 : Long.parseLong(value.n());
  }
}
