package dev.drover.connector.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.report.HostAddress;
import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.HoldingSource;
import dev.drover.connector.site.Site;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.store.StoreUnavailableException;
import dev.drover.connector.task.RunProgress;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AgentTest {
  private static final String SERVER = "web";
  private static final String IMAGE = "disk.img";
  private static final long EXTENT = DiskGeometry.EXTENT_BYTES;

  @TempDir Path root;
  private final FakeServices services = new FakeServices();
  private final BlockingQueue<TaskOutcome> outcomes = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
  private Site site;
  private @Nullable Agent agent;
  private @Nullable Thread life;

  @BeforeEach
  void openSite() throws IOException {
    site = new Site(root);
    site.writeImage(SERVER, IMAGE, 1_000_000, 1);
  }

  @AfterEach
  void stopAgent() throws InterruptedException {
    if (agent != null && life != null) {
      agent.stop();
      life.join();
    }
  }

  @Test
  void run_task_isDoneAndToldAndForgotten() throws IOException, InterruptedException {
    start();
    send(site.cloud().task(1, 1, SERVER));
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    assertThat(outcomes.take()).isInstanceOf(TaskOutcome.Succeeded.class);
    stopAgent();
    assertThat(site.journal().pending()).isEmpty();
  }

  @Test
  void run_taskThatSucceeded_leavesNothingOnTheSite() throws IOException, InterruptedException {
    HoldingSource source = new HoldingSource(site.source());
    start(source);
    send(site.cloud().task(1, 1, SERVER));
    assertThat(source.asked.take()).isEqualTo("release web " + FakeCloud.run(1));
    assertThat(services.awaitTold()).as("told first").isEqualTo("succeed token-1-1");
    stopAgent();
    assertThat(source.standing).isEmpty();
  }

  @Test
  void run_stopped_leavesTheCaptureForTheNextLife() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 6 * EXTENT, 1);
    HoldingSource source = new HoldingSource(site.source());
    CountDownLatch goOn = startWithItsSlotTaken(source);
    Objects.requireNonNull(agent).stop();
    goOn.countDown();
    stopAgent();
    assertThat(source.standing).containsExactly(FakeCloud.run(1));
    assertThat(source.asked).isEmpty();
    start(source);
    assertThat(source.asked.take()).isEqualTo("release web " + FakeCloud.run(1));
  }

  @Test
  void run_serverOfAnApplication_isCapturedWhileItWaitsForASlot()
      throws IOException, InterruptedException {
    site.writeImage("db", IMAGE, 1_000_000, 2);
    HoldingSource source = new HoldingSource(site.source());
    CountDownLatch goOn = startWithItsSlotTaken(source);
    send(FakeCloud.early(site.cloud().task(2, 1, "db")));
    Path captured = root.resolve("state/runs/" + FakeCloud.run(2) + "/capture.json");
    while (!Files.exists(captured)) {
      Thread.onSpinWait();
    }
    assertThat(source.standing).containsExactly(FakeCloud.run(1), FakeCloud.run(2));
    assertThat(source.wentOnWith).isEmpty();
    assertThat(services.told()).isEmpty();
    goOn.countDown();
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    assertThat(services.awaitTold()).isEqualTo("succeed token-2-1");
    assertThat(source.wentOnWith).containsOnlyKeys(FakeCloud.run(2));
  }

  @Test
  void run_serverOfAnApplicationThatNobodyWaitsFor_isNotCaptured()
      throws IOException, InterruptedException {
    site.writeImage("db", IMAGE, 1_000_000, 2);
    HoldingSource source = new HoldingSource(site.source());
    CountDownLatch goOn = startWithItsSlotTaken(source);
    services.refuse("token-2-1");
    send(FakeCloud.early(site.cloud().task(2, 1, "db")));
    services.awaitRefusal();
    goOn.countDown();
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    stopAgent();
    assertThat(source.standing).doesNotContain(FakeCloud.run(2));
    assertThat(site.journal().pending()).isEmpty();
  }

  @Test
  void run_cleanUpMessage_releasesAndIsDeleted() throws IOException, InterruptedException {
    HoldingSource source = new HoldingSource(site.source());
    start(source);
    ConnectorTask task =
        new ConnectorTask.CleanUp(1, "c", FakeCloud.ENVIRONMENT, FakeCloud.run(7), SERVER);
    services.send("clean-up", MessageJson.writeText(task));
    assertThat(source.asked.take()).isEqualTo("clean up web " + FakeCloud.run(7));
    while (services.deleted().isEmpty()) {
      Thread.onSpinWait();
    }
    ConnectorTask ofOthers =
        new ConnectorTask.CleanUp(
            1, "c", new EnvironmentName("elsewhere"), FakeCloud.run(8), SERVER);
    services.send("of-others", MessageJson.writeText(ofOthers));
    send(site.cloud().task(1, 1, SERVER));
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    assertThat(services.deleted()).containsExactly("clean-up", "message-1-1");
  }

  @Test
  void run_registrationWhoseNewsIsLost_isMadeAgain() throws IOException, InterruptedException {
    CountDownLatch registrations = new CountDownLatch(2);
    site.store()
        .beforePut(
            key -> {
              if (key.endsWith("/registration.json")) {
                registrations.countDown();
              }
            });
    start();
    registrations.await();
  }

  @Test
  void run_sameMessageThreeTimes_isOneTask() throws IOException, InterruptedException {
    start();
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    send(task);
    send(task);
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    assertThat(outcomes.take()).isInstanceOf(TaskOutcome.Succeeded.class);
    send(task);
    send(site.cloud().task(2, 1, SERVER));
    assertThat(services.awaitTold()).isEqualTo("succeed token-2-1");
    assertThat(services.deleted()).hasSize(4);
    assertThat(site.store().segmentPuts()).hasSize(2);
  }

  @Test
  void run_newerAttempt_replacesTheOlder() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 6 * EXTENT, 1);
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    site.store().beforePut(key -> holdSegments(key, sending, goOn));
    start();
    send(site.cloud().task(1, 1, SERVER));
    sending.await();
    send(site.cloud().task(1, 2, SERVER));
    // The older one has been abandoned when the newer one's message is deleted.
    while (services.deleted().size() < 2) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-2");
    assertThat(outcomes.take()).isInstanceOf(TaskOutcome.Abandoned.class);
    assertThat(outcomes.take()).isInstanceOf(TaskOutcome.Succeeded.class);
    send(site.cloud().task(1, 1, SERVER));
    send(site.cloud().task(2, 1, SERVER));
    assertThat(services.awaitTold()).as("the late older attempt").isEqualTo("succeed token-2-1");
  }

  @Test
  void run_refusedToken_touchesNothing() throws IOException, InterruptedException {
    services.refuse("token-1-1");
    start();
    send(site.cloud().task(1, 1, SERVER));
    // The slot hears it, or a heartbeat while the task still waits: then no slot ever has it.
    services.awaitRefusal();
    stopAgent();
    assertThat(services.told()).isEmpty();
    assertThat(site.store().segmentPuts()).isEmpty();
    assertThat(site.journal().pending()).isEmpty();
  }

  @Test
  void run_tokenRefusedInTheMiddle_isAbandoned() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 6 * EXTENT, 1);
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    site.store().beforePut(key -> holdSegments(key, sending, goOn));
    start();
    send(site.cloud().task(1, 1, SERVER));
    sending.await();
    services.refuse("token-1-1");
    services.awaitRefusal();
    goOn.countDown();
    assertThat(outcomes.take()).isInstanceOf(TaskOutcome.Abandoned.class);
    assertThat(services.told()).isEmpty();
  }

  @Test
  void run_sourceChanged_failsWithItsCode() throws IOException, InterruptedException {
    Path image = site.image(SERVER, IMAGE);
    site.store().beforePut(key -> changeAtSegments(key, image));
    start();
    send(site.cloud().task(1, 1, SERVER));
    assertThat(services.awaitTold())
        .startsWith("fail token-1-1 Connector.SourceChanged: ")
        .contains(IMAGE);
    Report.Failed failed = site.cloud().report(1, 1, "failed", Report.Failed.class);
    assertThat(failed.code()).isEqualTo("SourceChanged");
    assertThat(failed.retryable()).isFalse();
  }

  @Test
  void run_storeDown_failsWithRetry() throws IOException, InterruptedException {
    site.store().beforePut(AgentTest::refuseSegments);
    start();
    send(site.cloud().task(1, 1, SERVER));
    assertThat(services.awaitTold()).startsWith("fail token-1-1 Connector.Retry: ");
  }

  @Test
  void run_unknownServer_failsWithItsCode() throws IOException, InterruptedException {
    start();
    send(site.cloud().task(1, 1, "nobody"));
    assertThat(services.awaitTold())
        .startsWith("fail token-1-1 Connector.ServerUnknown: There is no folder 'nobody' in ")
        .contains("put it back under this name", "the job ends 90 days after its first run")
        .doesNotContain("delete the job");
  }

  @Test
  void run_corruptedPlan_failsWithItsCode() throws IOException, InterruptedException {
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    site.store().write(task.planKey(), new byte[] {1, 2, 3});
    start();
    send(task);
    assertThat(services.awaitTold())
        .startsWith("fail token-1-1 Connector.PlanUnreadable: ")
        .contains(task.planKey());
  }

  @Test
  void run_otherEnvironment_isRefused() throws IOException, InterruptedException {
    start();
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    send(altered(task, new EnvironmentName("elsewhere"), task.deadline()));
    assertThat(services.awaitTold()).startsWith("fail token-1-1 Connector.WrongEnvironment: ");
  }

  @Test
  void run_pastDeadline_isNotBegun() throws IOException, InterruptedException {
    start();
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    send(altered(task, task.environment(), Instant.EPOCH));
    assertThat(services.awaitTold()).startsWith("fail token-1-1 Connector.DeadlinePassed: ");
    assertThat(site.store().segmentPuts()).isEmpty();
  }

  @Test
  void run_unreadableMessage_isLeft() throws IOException, InterruptedException {
    start();
    services.send("bad", "{\"type\":\"dance\"}");
    services.send("worse", "no JSON");
    send(site.cloud().task(1, 1, SERVER));
    services.awaitTold();
    assertThat(services.deleted()).containsExactly("message-1-1");
  }

  @Test
  void run_queuedTasks_getHeartbeatsToo() throws IOException, InterruptedException {
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    site.store().beforePut(key -> holdSegments(key, sending, goOn));
    start();
    send(site.cloud().task(1, 1, SERVER));
    sending.await();
    send(site.cloud().task(2, 1, SERVER));
    while (!services.awaitHeartbeat().equals("token-2-1")) {
      assertThat(services.told()).isEmpty();
    }
    goOn.countDown();
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    assertThat(services.awaitTold()).isEqualTo("succeed token-2-1");
  }

  @Test
  void run_inventoryMessage_reportsAndDeletes() throws IOException {
    start();
    assertThat(askedForInventory().servers()).hasSize(1);
  }

  /** The cloud keeps the servers that it knows, and shows why it hears of no others. */
  @Test
  void run_serversThatCannotBeListed_areAProblemThatTheCloudIsTold() throws IOException {
    HoldingSource source = new HoldingSource(site.source());
    source.hidden = true;
    start(source);
    assertThat(askedForInventory().problems())
        .containsExactly("The servers cannot be listed: The login is refused.");
  }

  private Report.Inventory askedForInventory() {
    ConnectorTask task = new ConnectorTask.TakeInventory(1, "i", FakeCloud.ENVIRONMENT);
    services.send("inventory", MessageJson.writeText(task));
    while (services.deleted().isEmpty()) {
      Thread.onSpinWait();
    }
    String key =
        ObjectKeys.connectorReport(FakeCloud.ENVIRONMENT, FakeCloud.CONNECTOR, "inventory");
    return (Report.Inventory) MessageJson.read(key, site.store().bytes(key), Report.class);
  }

  @Test
  void run_stoppedInTheMiddle_goesOnInTheNextLife() throws IOException, InterruptedException {
    site.writeImage(SERVER, IMAGE, 6 * EXTENT, 1);
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    site.store().beforePut(key -> holdSegments(key, sending, goOn));
    start();
    send(site.cloud().task(1, 1, SERVER));
    sending.await();
    Objects.requireNonNull(agent).stop();
    goOn.countDown();
    stopAgent();
    assertThat(outcomes.take()).isInstanceOf(TaskOutcome.Interrupted.class);
    assertThat(services.told()).isEmpty();
    start();
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
    assertThat(site.store().segmentPuts()).hasSize(6).doesNotHaveDuplicates();
  }

  private void start() throws IOException {
    start(site.source());
  }

  private void start(ServerSource source) throws IOException {
    AgentSettings settings =
        new AgentSettings(
            FakeCloud.ENVIRONMENT,
            "test",
            new HostAddress(null, null),
            1,
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Limits.DEFAULT,
            3,
            false);
    Agent.Services with =
        new Agent.Services(
            services,
            services,
            source,
            site.reporter(),
            new Watcher(outcomes, troubles),
            InstantSource.system(),
            Host.JVM);
    Agent started =
        new Agent(settings, with, site.replication(source), site.journal(), site.held());
    agent = started;
    life = Thread.ofPlatform().start(() -> live(started));
  }

  private static void live(Agent agent) {
    try {
      agent.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first task of the server is sending its segments until the latch is counted down. */
  private CountDownLatch startWithItsSlotTaken(ServerSource source)
      throws IOException, InterruptedException {
    CountDownLatch sending = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    site.store().beforePut(key -> holdSegments(key, sending, goOn));
    start(source);
    send(site.cloud().task(1, 1, SERVER));
    sending.await();
    return goOn;
  }

  private void send(ConnectorTask.Replicate task) {
    services.send(task.messageId(), MessageJson.writeText(task));
  }

  private static ConnectorTask.Replicate altered(
      ConnectorTask.Replicate task, EnvironmentName environment, Instant deadline) {
    return FakeCloud.altered(task, environment, deadline, task.planDigest(), task.captureEarly());
  }

  private static void holdSegments(String key, CountDownLatch sending, CountDownLatch goOn) {
    if (key.startsWith("staging/")) {
      sending.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void refuseSegments(String key) {
    if (key.startsWith("staging/")) {
      throw new StoreUnavailableException("S3 is down", null);
    }
  }

  private void changeAtSegments(String key, Path image) {
    if (key.startsWith("staging/")) {
      try {
        site.overwrite(image, 0, new byte[] {4});
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Watcher(BlockingQueue<TaskOutcome> outcomes, BlockingQueue<String> troubles)
      implements RunObserver {
    @Override
    public void started(RunProgress progress) {}

    @Override
    public void troubled(String what, String sentence) {
      troubles.add(what + "  " + sentence);
    }

    @Override
    public void ended(RunProgress progress, TaskOutcome outcome) {
      outcomes.add(outcome);
    }
  }
}
