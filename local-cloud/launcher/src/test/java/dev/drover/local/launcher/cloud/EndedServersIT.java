package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers of a cloud that end as by a power cut, and what the next command makes of it.
 *
 * <p>Needs what {@code ./drover setup} installs.
 */
class EndedServersIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BLOCK_BYTES = 512 * 1024;

  @TempDir private Path folder;
  private LocalCloudSettings settings;
  private LocalCloud cloud;
  private byte[] block;
  private String snapshot;

  @BeforeEach
  void takeSnapshot() throws IOException, InterruptedException {
    settings = LocalCloudSettings.privateCloud(Path.of("target", "cloud-ended"));
    cloud = LocalCloud.start(settings);
    block = new byte[BLOCK_BYTES];
    new Random(1).nextBytes(block);
    snapshot = snapshotOf(block);
  }

  @AfterEach
  void end() {
    cloud.close();
  }

  @Test
  void simulator_killed_isStartedOnItsPortWithItsSnapshots() throws IOException {
    CloudState before = state();
    kill(AwsSimulator.NAME);

    attached().restartEndedServers();

    CloudState after = state();
    assertThat(pid(after, AwsSimulator.NAME)).isNotEqualTo(pid(before, AwsSimulator.NAME));
    assertThat(after.port(AwsSimulator.NAME)).isEqualTo(before.port(AwsSimulator.NAME));
    assertThat(pid(after, MiniStack.NAME)).isEqualTo(pid(before, MiniStack.NAME));
    assertThat(after.components().stream().map(CloudState.Component::name))
        .containsExactly(AwsSimulator.NAME, MiniStack.NAME);
    assertExportIsTheDisk();
  }

  @Test
  void miniStack_killedAndTheSimulatorToo_isRefusedAndTheSnapshotsStay() throws IOException {
    kill(MiniStack.NAME);
    kill(AwsSimulator.NAME);
    LocalCloud attached = attached();

    assertThatThrownBy(attached::restartEndedServers)
        .isInstanceOf(LocalCloudException.class)
        .hasMessageContaining("which it kept in memory")
        .hasMessageContaining("'./drover down' removes everything");

    assertExportIsTheDisk();
    assertThatThrownBy(attached()::restartEndedServers).isInstanceOf(LocalCloudException.class);
    assertExportIsTheDisk();
  }

  private LocalCloud attached() {
    return LocalCloud.attach(settings, state());
  }

  private CloudState state() {
    return CloudState.read(new CloudHome(settings.home())).orElseThrow();
  }

  private static long pid(CloudState state, String name) {
    return state.components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .orElseThrow()
        .pid();
  }

  private void kill(String name) {
    ProcessHandle process = ProcessHandle.of(pid(state(), name)).orElseThrow();
    process.destroyForcibly();
    CloudProcesses processes = new CloudProcesses(state().cloudId());
    while (processes.runs(process.pid())) {
      Pause.interruptibly(Duration.ofMillis(5));
    }
  }

  private void assertExportIsTheDisk() throws IOException {
    Path file = folder.resolve("disk.raw");
    cloud.exportSnapshot(snapshot, file);
    try (var disk = Files.newInputStream(file)) {
      assertThat(Arrays.equals(disk.readNBytes(BLOCK_BYTES), block)).isTrue();
    }
  }

  /** A volume of 1 GiB with one block. */
  private String snapshotOf(byte[] first) throws IOException, InterruptedException {
    String started =
        send(
            request("/snapshots")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"VolumeSize\": 1}")));
    String id = JSON.readTree(started).path("SnapshotId").asText();
    send(
        request("/snapshots/" + id + "/blocks/0")
            .header("x-amz-Data-Length", Integer.toString(BLOCK_BYTES))
            .header("x-amz-Checksum", sha256(first))
            .header("x-amz-Checksum-Algorithm", "SHA256")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(first)));
    send(
        request("/snapshots/completion/" + id)
            .header("x-amz-ChangedBlocksCount", "1")
            .POST(HttpRequest.BodyPublishers.noBody()));
    return id;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(cloud.ebsUrl() + path))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ebs/aws4_request"
                + ", SignedHeaders=host, Signature=0");
  }

  private static String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
      return answer.body();
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }
}
