package dev.drover.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.Site;
import dev.drover.connector.site.WireCloud;
import dev.drover.connector.site.WireCloud.Ending;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real connector process with the real SDK against a cloud on the loopback. */
class ConnectorProcessTest {
  private static final long EXTENT = DiskGeometry.EXTENT_BYTES;
  private static final String SERVER = "web";
  private static final String IMAGE = "disk.img";
  private static final DiskId DISK = DiskId.of(SERVER, IMAGE);
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path root;
  private Site site;
  private WireCloud cloud;
  private Path config;

  @BeforeEach
  void openCloud() throws IOException {
    site = new Site(root);
    cloud = new WireCloud(site.store());
    config = ConnectorProcess.writeConfig(site, cloud);
  }

  @AfterEach
  void closeCloud() {
    cloud.close();
  }

  /**
   * With one worker every answer is in the journal before the next PUT; two would race the kill.
   */
  @Test
  void run_killedInTheMiddle_goesOnWithoutSendingAgain() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 8 * EXTENT, 1);
    cloud.send(site.cloud().task(1, 1, SERVER));
    CountDownLatch middle = new CountDownLatch(1);
    AtomicInteger left = new AtomicInteger(3);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/") && left.getAndDecrement() <= 0) {
                middle.countDown();
                throw new IllegalStateException("the process is killed before this one arrives");
              }
            });
    try (ConnectorProcess first = start("run", "--config", config.toString())) {
      assertThat(middle.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(first.output()).isTrue();
      first.kill();
    }
    int before = site.store().segmentPuts().size();
    assertThat(before).isEqualTo(3);
    site.store().beforePut(key -> {});
    try (ConnectorProcess second = start("run", "--once", "--config", config.toString())) {
      TaskResult result = result(cloud.awaitEnding(PATIENCE_SECONDS));
      assertThat(site.store().segmentPuts()).hasSize(8).doesNotHaveDuplicates();
      assertThat(site.cloud().manifest(result, DISK).extentsSent()).isEqualTo(8);
      site.cloud().complete(result, DISK);
      assertThat(second.awaitExit(PATIENCE_SECONDS)).isZero();
    }
    assertThat(cloud.deleted()).hasSize(1);
  }

  @Test
  void run_terminated_keepsTheTaskAndExitsZero() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 4 * EXTENT, 1);
    cloud.send(site.cloud().task(1, 1, SERVER));
    CountDownLatch middle = new CountDownLatch(1);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/")) {
                middle.countDown();
              }
            });
    try (ConnectorProcess process = start("run", "--config", config.toString())) {
      assertThat(middle.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(process.output()).isTrue();
      process.terminate();
      assertThat(process.awaitExit(10)).isZero();
    }
    assertThat(site.journal().pending()).hasSize(1);
  }

  @Test
  void run_littleHeap_takesADiskThatIsManyTimesLarger() throws IOException, InterruptedException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT, 1);
    long sizeBytes = 24 * EXTENT;
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    cloud.send(site.cloud().task(1, 1, SERVER));
    List<String> heap = List.of("-Xmx96m");
    try (ConnectorProcess process =
        ConnectorProcess.start(
            cloud, output(), heap, "run", "--once", "--progress", "--config", config.toString())) {
      Manifest manifest = site.cloud().manifest(result(cloud.awaitEnding(PATIENCE_SECONDS)), DISK);
      assertThat(manifest.bytesRead()).isEqualTo(sizeBytes);
      assertThat(manifest.extentsSent()).isEqualTo(24);
      assertThat(process.awaitExit(PATIENCE_SECONDS)).isZero();
      assertThat(process.output()).contains("web  done in 0:00:").contains("read 1.5 GiB");
    }
  }

  /** What does not compress does not fit in memory either: every segment has 64 MiB. */
  @Test
  void run_noiseAndLittleHeap_isSent() throws IOException, InterruptedException {
    setting("parallelExtents: 1", "parallelExtents: 4");
    int extents = 8;
    writeNoise(extents);
    cloud.send(site.cloud().task(1, 1, SERVER));
    site.store().forgetContentOf("staging/");
    List<String> heap = List.of("-Xmx256m");
    try (ConnectorProcess process =
        ConnectorProcess.start(
            cloud, output(), heap, "run", "--once", "--config", config.toString())) {
      Ending ending = cloud.awaitEnding(PATIENCE_SECONDS);
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      Manifest manifest = site.cloud().manifest(result(ending), DISK);
      assertThat(manifest.extentsSent()).isEqualTo(extents);
      assertThat(manifest.bytesSent()).isGreaterThan(extents * EXTENT);
    }
    assertThat(site.state().resolve("segments")).isEmptyDirectory();
  }

  @Test
  void run_settingsThatDoNotFit_isAUsageError() throws IOException, InterruptedException {
    setting("parallelExtents: 1", "parallelExtents: 16");
    List<String> heap = List.of("-Xmx256m", "-XX:+UseG1GC");
    try (ConnectorProcess process =
        ConnectorProcess.start(cloud, output(), heap, "run", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).isEqualTo(2);
      assertThat(process.output())
          .contains(
              "parallelExtents 16 with segmentMemoryMib 24 needs",
              "of heap, this process has 256 MiB");
    }
    assertThat(site.state()).isEmptyDirectory();
  }

  @Test
  void run_started_registersAndReports() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    cloud.send(site.cloud().task(1, 1, SERVER));
    cloud.send(site.cloud().task(1, 1, SERVER));
    cloud.sendText("{\"type\":\"dance\"}");
    try (ConnectorProcess process = start("run", "--config", config.toString())) {
      cloud.awaitEnding(PATIENCE_SECONDS);
      String inventory =
          ObjectKeys.connectorReport(FakeCloud.ENVIRONMENT, FakeCloud.CONNECTOR, "inventory");
      CountDownLatch reported = new CountDownLatch(2);
      site.store().beforePut(key -> reported.countDown());
      assertThat(reported.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(site.store().has(inventory)).isTrue();
      assertThat(site.store().has(inventory.replace("inventory", "registration"))).isTrue();
      process.terminate();
      assertThat(process.awaitExit(10)).isZero();
      assertThat(process.output())
          .contains("\"event\":\"message.unreadable\"")
          .contains("\"acceptance\":\"KNOWN\"")
          .doesNotContain("token-1-1");
    }
    assertThat(cloud.heartbeats()).contains("token-1-1");
    assertThat(cloud.deleted()).as("the unreadable one is left").hasSize(2);
    assertThat(site.journal().pending()).isEmpty();
  }

  @Test
  void check_everythingThere_listsTheServers() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    try (ConnectorProcess process = start("check", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output()).contains("bucket         ok", "queue          ok", "disk.img");
    }
  }

  /** A name of which AWS takes every character can still turn the line it stands in. */
  @Test
  void check_nameThatWouldCommandTheTerminal_isWrittenOut()
      throws IOException, InterruptedException {
    Path image = site.writeImage(SERVER, IMAGE, 100, 1);
    Files.writeString(image.resolveSibling("server.yaml"), "name: \"a\\u202Eb\"\n");
    try (ConnectorProcess process = start("check", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output()).contains("(a\\u202eb, BIOS)");
    }
  }

  @Test
  void check_everythingThere_changesNothing() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    cloud.send(site.cloud().task(1, 1, SERVER));
    site.store().forgetPuts();
    List<String> before = site.store().keys("");
    try (ConnectorProcess process = start("check", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output())
          .contains("state          ok  ", "tasks          ok  states:SendTaskFailure");
    }
    assertThat(site.store().keys("")).containsExactlyInAnyOrderElementsOf(before);
    assertThat(cloud.messagesLeft()).isEqualTo(1);
    assertThat(cloud.deleted()).isEmpty();
    assertThat(site.state()).isEmptyDirectory();
  }

  @Test
  void check_severalRightsMissing_namesEachAndFails() throws IOException, InterruptedException {
    cloud.refuseCall("PUT staging/", "AccessDenied", "Access Denied");
    cloud.refuseCall("DeleteMessage", "AccessDeniedException", "no");
    cloud.refuseCall("SendTaskSuccess", "AccessDeniedException", "no");
    try (ConnectorProcess process = start("check", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isEqualTo(1);
      assertThat(process.output())
          .contains(
              "problem        AWS refused s3:PutObject on bucket drover-test, object staging/")
          .contains("problem        AWS refused sqs:DeleteMessage on queue http")
          .contains("problem        AWS refused states:SendTaskSuccess on the state machine")
          .contains("queue          ok  sqs:ReceiveMessage");
    }
  }

  @Test
  void check_noCredentials_saysSoOnce() throws IOException, InterruptedException {
    Map<String, String> nobody =
        Map.of(
            "AWS_ACCESS_KEY_ID", "",
            "AWS_SECRET_ACCESS_KEY", "",
            "AWS_CONFIG_FILE", "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
            "AWS_EC2_METADATA_DISABLED", "true");
    String[] check = {"check", "--config", config.toString()};
    try (ConnectorProcess process =
        ConnectorProcess.start(cloud, output(), List.of(), nobody, check)) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isEqualTo(1);
      assertThat(process.output().lines().filter(line -> line.startsWith("problem")))
          .singleElement()
          .asString()
          .startsWith("problem        There are no AWS credentials: set ");
      assertThat(process.output()).doesNotContain("Provider").contains("servers        0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check"})
  void command_stateDirectoryThatIsAFile_isAUsageError(String command)
      throws IOException, InterruptedException {
    Files.delete(site.state());
    Files.writeString(site.state(), "a file");
    try (ConnectorProcess process = start(command, "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isEqualTo(2);
      assertThat(process.output())
          .contains("connector: stateDirectory " + site.state() + " is a file: name a folder");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "check"})
  void command_help_needsNoConfiguration(String command) throws IOException, InterruptedException {
    try (ConnectorProcess process = start(command, "--help")) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output()).contains("Usage: connector " + command, "--config=FILE");
    }
  }

  @Test
  void run_configurationThatIsMissing_isNamedInWords() throws IOException, InterruptedException {
    try (ConnectorProcess process =
        start("run", "--config", root.resolve("none.yaml").toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).isEqualTo(2);
      assertThat(process.output())
          .contains("none.yaml: cannot be read: there is no such file")
          .doesNotContain("Exception");
    }
  }

  /** A changed policy is not the same everywhere in AWS at once. */
  @Test
  void run_deniedInTheMiddle_isTriedAgain() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 2 * EXTENT, 1);
    cloud.send(site.cloud().task(1, 1, SERVER));
    cloud.refuseCall("PUT staging/", "AccessDenied", "Access Denied");
    try (ConnectorProcess process = start("run", "--once", "--config", config.toString())) {
      awaitOutput(process, "store.refused");
      cloud.refuseNoCall();
      result(cloud.awaitEnding(PATIENCE_SECONDS));
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output())
          .containsSubsequence("connector.started", "task.received")
          .contains("\"connectorId\":\"" + FakeCloud.CONNECTOR, "\"source\":\"folder ")
          .contains("AWS refused s3:PutObject on bucket drover-test, object staging/");
    }
  }

  @Test
  void run_resultThatMayNotBeTold_saysWhy() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    cloud.send(site.cloud().task(1, 1, SERVER));
    cloud.refuseCall("SendTaskSuccess", "AccessDeniedException", "no");
    try (ConnectorProcess process = start("run", "--progress", "--config", config.toString())) {
      awaitOutput(
          process,
          SERVER + "  the result cannot be told: AWS refused states:SendTaskSuccess on the state");
      process.terminate();
      assertThat(process.awaitExit(PATIENCE_SECONDS)).isZero();
      assertThat(process.output()).doesNotContain("null").contains("goes on at the next start");
    }
  }

  @Test
  void check_rootDisk_isMarkedAndComesFirst() throws IOException, InterruptedException {
    site.writeImage(SERVER, "data.img", 100, 1);
    site.writeImage(SERVER, "root.img", 100, 2);
    try (ConnectorProcess process = start("check", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output())
          .containsSubsequence("root.img  100 B  root disk\n", "data.img  100 B\n");
    }
  }

  @Test
  void check_serverThatIsRefused_failsAndSaysWhy() throws IOException, InterruptedException {
    Path image = site.writeImage(SERVER, "root.img", 100, 1);
    site.overwrite(image, 0, new byte[] {'Q', 'F', 'I', (byte) 0xFB, 0, 0, 0, 3});
    try (ConnectorProcess process = start("check", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isEqualTo(1);
      assertThat(process.output())
          .contains("servers        0", "problem        " + image.toRealPath() + " is a qcow2");
    }
  }

  /** A service or a cron job has no LANG: every byte beyond ASCII reads as the same character. */
  @Test
  void check_namesThatTheLocaleCannotTell_areAllRefused() throws IOException, InterruptedException {
    site.writeImage(SERVER, "root.img", 100, 1);
    shell("mkdir $(printf 'm\\303\\274ller') $(printf 'm\\303\\266ller') two");
    shell("for d in m*; do truncate -s 1M $d/root.img; done");
    shell("for d in $(printf 'd\\303\\244 d\\303\\266'); do truncate -s 1M two/$d.img; done");
    shell("echo 'disks: [d\u00e4.img, d\u00f6.img]' > two/server.yaml");
    try (ConnectorProcess process = check("C")) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isEqualTo(1);
      assertThat(process.output())
          .contains("servers        1", "m%C3%BCller in", "m%C3%B6ller in", "LC_ALL=C.UTF-8")
          .contains("d%C3%A4.img in")
          .doesNotContain("Duplicate key");
    }
    try (ConnectorProcess process = check("C.UTF-8")) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isZero();
      assertThat(process.output())
          .contains("servers        4", "m\u00fcller (", "m\u00f6ller (")
          .contains(DiskId.of("m\u00fcller", "root.img") + "  ")
          .contains(DiskId.of("m\u00f6ller", "root.img") + "  ")
          .contains(DiskId.of("two", "d\u00e4.img") + "  ");
    }
  }

  @Test
  void check_namesThatAreNoUtf8_areAllRefused() throws IOException, InterruptedException {
    shell("mkdir $(printf 'm\\374ller') $(printf 'm\\366ller')");
    shell("for d in m*; do truncate -s 1M $d/root.img; done");
    try (ConnectorProcess process = check("C.UTF-8")) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).as(process.output()).isEqualTo(1);
      assertThat(process.output())
          .contains("servers        0", "m%FCller in", "m%F6ller in", "must be changed");
    }
  }

  @Test
  void run_plainHttpQueue_isAUsageError() throws IOException, InterruptedException {
    setting(cloud.queueUrl().toString(), "http://sqs.example.org/1/tasks");
    try (ConnectorProcess process = start("run", "--config", config.toString())) {
      assertThat(process.awaitExit(PATIENCE_SECONDS)).isEqualTo(2);
      assertThat(process.output()).contains("http://sqs.example.org is not encrypted");
    }
  }

  @Test
  void run_stateDirectoryInUse_isRefused() throws IOException, InterruptedException {
    try (ConnectorProcess first = start("run", "--config", config.toString())) {
      CountDownLatch lives = new CountDownLatch(1);
      site.store().beforePut(key -> lives.countDown());
      assertThat(lives.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(first.output()).isTrue();
      Path other = root.resolve("second.log");
      try (ConnectorProcess second =
          ConnectorProcess.start(cloud, other, List.of(), "run", "--config", config.toString())) {
        assertThat(second.awaitExit(PATIENCE_SECONDS)).isEqualTo(1);
        assertThat(second.output()).contains("belongs to another connector process");
      }
    }
  }

  private static void awaitOutput(ConnectorProcess process, String text)
      throws IOException, InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS * 10; i++) {
      if (process.output().contains(text)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError("never said '" + text + "':\n" + process.output());
  }

  /** A shell writes names as bytes, whatever locale the tests run in. */
  private void shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("bash")
            .directory(site.servers().toFile())
            .redirectErrorStream(true)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(("set -eu; " + script + "\n").getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private ConnectorProcess check(String locale) throws IOException {
    return ConnectorProcess.start(
        cloud,
        output(),
        List.of(),
        Map.of("LC_ALL", locale),
        "check",
        "--config",
        config.toString());
  }

  private ConnectorProcess start(String... args) throws IOException {
    return ConnectorProcess.start(cloud, output(), List.of(), args);
  }

  private void setting(String before, String now) throws IOException {
    Files.writeString(config, Files.readString(config).replace(before, now));
  }

  private void writeNoise(int extents) throws IOException {
    byte[] noise = new byte[Math.toIntExact(EXTENT)];
    new Random(1).nextBytes(noise);
    Path image = site.image(SERVER, IMAGE);
    Files.createDirectories(image.getParent());
    try (OutputStream out = Files.newOutputStream(image)) {
      for (int i = 0; i < extents; i++) {
        out.write(noise);
      }
    }
  }

  private Path output() {
    return root.resolve("output.log");
  }

  private static TaskResult result(Ending ending) {
    assertThat(ending.error()).isNull();
    return MessageJson.read("output", Objects.requireNonNull(ending.output()), TaskResult.class);
  }
}
