package dev.drover.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.Site;
import dev.drover.connector.site.WireCloud;
import dev.drover.connector.site.WireCloud.Ending;
import dev.drover.protocol.message.ConnectorTask;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A connector's process on the simulated vCenter, killed again and again: with {@code
 * -Dvcenter.simulator=} and its program, which the module {@code local-cloud/simulators/vcenter}
 * builds.
 */
class VsphereProcessTest {
  private static final String PROGRAM = System.getProperty("vcenter.simulator", "");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SERVER =
      Pattern.compile("^ {2}(?<vmId>vm-\\S+) \\(", Pattern.MULTILINE);
  private static final long PATIENCE_SECONDS = 300;

  /**
   * As the queue has it, only sooner: the poll of a process that was killed takes a message along.
   */
  private static final Duration SHOWN_AGAIN = Duration.ofSeconds(2);

  /** It sends whole disks, and hashes them eight times as fast as one that lives for a second. */
  private static final List<String> COMPILED = List.of("-Xmx256m", "-XX:+UseSerialGC");

  /** Each takes some ten seconds. */
  private static final int RUNS = Integer.getInteger("vcenter.runs", 3);

  @TempDir Path root;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process vcenter;
  private JsonNode ready;
  private Site site;
  private WireCloud cloud;
  private Path config;

  @BeforeEach
  void start() throws IOException {
    if (PROGRAM.isEmpty()) {
      System.out.println(
          "VsphereProcessTest is skipped: no -Dvcenter.simulator= names the simulated vCenter.");
    }
    assumeTrue(!PROGRAM.isEmpty(), "no -Dvcenter.simulator= names the simulated vCenter");
    List<String> command = new ArrayList<>(List.of(PROGRAM, "-dir", root.toString()));
    command.addAll(List.of("-end-with-stdin", "-vms", "1", "-disk-mb", "256"));
    command.addAll(List.of("-lease-timeout", "3s", "-writes-per-second", "50"));
    vcenter = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    ready =
        JSON.readTree(
            new BufferedReader(
                    new InputStreamReader(vcenter.getInputStream(), StandardCharsets.UTF_8))
                .readLine());
    site = new Site(root);
    cloud = new WireCloud(site.store());
    cloud.showAgainAfter(SHOWN_AGAIN);
    config = writeConfig();
  }

  private Path writeConfig() throws IOException {
    Path password =
        Files.writeString(root.resolve("password"), ready.get("rolePassword").asText() + "\n");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(
        root.resolve("connector.yaml"),
        """
        connectorId: %s
        environment: %s
        region: us-east-1
        bucket: %s
        taskQueueUrl: %s
        stateDirectory: state
        source:
          type: vsphere
          address: %s
          user: %s
          passwordFile: password
          caFile: %s
        parallelExtents: 1
        heartbeatIntervalSeconds: 1
        statusIntervalSeconds: 1
        """
            .formatted(
                FakeCloud.CONNECTOR,
                FakeCloud.ENVIRONMENT,
                WireCloud.BUCKET,
                cloud.queueUrl(),
                ready.get("url").asText(),
                ready.get("roleUser").asText(),
                ready.get("caFile").asText()));
  }

  @AfterEach
  void stop() {
    if (vcenter != null) {
      vcenter.destroy();
      vcenter.onExit().join();
      cloud.close();
    }
    http.close();
  }

  /**
   * Nothing is sent twice, as the VM snapshot outlives the process; and in the end none is left.
   */
  @Test
  void run_runsWithKillsInBetween_leaveNothing() throws IOException, InterruptedException {
    String vmId = vmId();
    Random random = new Random(11);
    for (int run = 1; run <= RUNS; run++) {
      site.store().forgetPuts();
      ConnectorTask.Replicate task = site.cloud().task(run, 1, vmId);
      cloud.send(task);
      switch (random.nextInt(4)) {
        case 0 -> stopInTheMiddle(task, 1 + random.nextInt(3), true);
        case 1 -> stopInTheMiddle(task, 1 + random.nextInt(3), false);
        default -> {
          // It runs through.
        }
      }
      finish(random.nextBoolean());
      cloud.refuse("token-" + run + "-1"); // As Step Functions does when it was told.
      assertThat(site.store().segmentPuts()).as("run " + run).isNotEmpty().doesNotHaveDuplicates();
      site.store().forgetContentOf("staging/");
    }
    int left = state().get("sessions").size();
    try (ConnectorProcess last = connector("run")) {
      awaitNoSnapshots(last);
      last.terminate();
      assertThat(last.awaitExit(PATIENCE_SECONDS)).isZero();
      assertThat(state().get("sessions")).as("more than of those killed").hasSize(left);
    }
  }

  private void stopInTheMiddle(ConnectorTask.Replicate task, int puts, boolean kill)
      throws IOException, InterruptedException {
    CountDownLatch middle = new CountDownLatch(1);
    AtomicInteger left = new AtomicInteger(puts);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/") && left.getAndDecrement() <= 0) {
                middle.countDown();
                throw new IllegalStateException("the process ends before this one arrives");
              }
            });
    try (ConnectorProcess process = connector("run")) {
      assertThat(middle.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(process.output()).isTrue();
      if (kill) {
        process.kill();
      } else {
        process.terminate();
        assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      }
    }
    assertThat(snapshots())
        .as("it stands for the next process")
        .anyMatch(it -> it.contains(task.runId().value()));
    site.store().beforePut(key -> {});
  }

  private void finish(boolean kill) throws IOException, InterruptedException {
    try (ConnectorProcess process = connector("run")) {
      Ending ending = ending(process);
      assertThat(ending.error()).as(process.output()).isNull();
      if (kill) {
        process.kill();
      } else {
        process.terminate();
        process.awaitExit(PATIENCE_SECONDS);
      }
    }
  }

  private Ending ending(ConnectorProcess process) throws IOException, InterruptedException {
    try {
      return cloud.awaitEnding(PATIENCE_SECONDS);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + ":\n" + process.output(), e);
    }
  }

  private void awaitNoSnapshots(ConnectorProcess process) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!snapshots().isEmpty()) {
      assertThat(System.nanoTime() - end).as(process.output()).isNegative();
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private String vmId() throws IOException, InterruptedException {
    try (ConnectorProcess check = connector("check")) {
      assertThat(check.awaitExit(PATIENCE_SECONDS)).as(check.output()).isZero();
      assertThat(check.output()).contains("VApp.Export on all 1 VMs", "New-VIRole -Name 'Drover'");
      Matcher server = SERVER.matcher(check.output());
      assertThat(server.find()).as(check.output()).isTrue();
      return server.group("vmId");
    }
  }

  private ConnectorProcess connector(String command) throws IOException {
    return ConnectorProcess.start(
        cloud, root.resolve("output.log"), COMPILED, command, "--config", config.toString());
  }

  private List<String> snapshots() throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (JsonNode vm : state().get("vms")) {
      vm.get("snapshots").forEach(snapshot -> names.add(snapshot.toString()));
    }
    return names;
  }

  private JsonNode state() throws IOException, InterruptedException {
    URI uri = URI.create(ready.get("control").asText() + "/state");
    return JSON.readTree(
        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
  }
}
