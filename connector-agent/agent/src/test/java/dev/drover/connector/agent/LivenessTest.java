package dev.drover.connector.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.report.HostAddress;
import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.ReplacedContent;
import dev.drover.connector.site.Site;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.task.RunProgress;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What does not come back, on a clock that the test sets: nothing here depends on how long. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LivenessTest {
  /** There is only one: eleven minutes that pass at once must not meet another. */
  private static final Duration BETWEEN_LISTINGS = Duration.ofHours(1);

  private static final String SICK = "sick";
  private static final String WELL = "well";
  private static final String IMAGE = "disk.img";

  @TempDir Path root;
  private final FakeServices services = new FakeServices();
  private final AtomicLong clockNanos = new AtomicLong();
  private final Semaphore hanging = new Semaphore(0);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private Site site;
  private final AtomicInteger capturesThatHang = new AtomicInteger();
  private volatile boolean listingHangs;
  private @Nullable Agent agent;

  @BeforeEach
  void openSite() throws IOException {
    site = new Site(root);
    site.writeImage(SICK, IMAGE, DiskGeometry.EXTENT_BYTES + 1_000_000, 1);
    site.writeImage(WELL, IMAGE, 1_000_000, 2);
  }

  @AfterEach
  void stopAgent() {
    released.countDown();
    Objects.requireNonNull(agent).stop();
    ended.handle((failures, failure) -> true).join();
  }

  @Test
  void run_readHangs_isGivenUpAndItsSlotIsFree() throws IOException, InterruptedException {
    start(3, new HangingReads());
    send(site.cloud().task(1, 1, SICK));
    hanging.acquire(2);
    passed(Duration.ofMinutes(11));
    assertThat(services.awaitTold())
        .startsWith("fail token-1-1 Connector.Retry: Server 'sick' was given up here: ")
        .containsPattern(
            "reading disk disk\\.img \\(\\S+\\), extent [01], byte \\d+, has not got on")
        .contains("for 660 s", "see that");
    send(site.cloud().task(2, 1, WELL));
    assertThat(services.awaitTold()).isEqualTo("succeed token-2-1");
    while (!Objects.equals(status().abandoned(), 2)) {
      Thread.onSpinWait();
    }
    assertThat(status().trouble()).as("two are borne").isNull();
  }

  @Test
  void run_putHangs_isGivenUp() throws IOException, InterruptedException {
    site.store().beforePut(key -> hangAt(key.startsWith("staging/"), 1));
    start(3, site.source());
    send(site.cloud().task(1, 1, WELL));
    hanging.acquire();
    passed(Duration.ofMinutes(11));
    assertThat(services.awaitTold())
        .startsWith("fail token-1-1 Connector.Retry: ")
        .contains("putting the object staging/", "/0000000 has not got on for 660 s");
  }

  @Test
  void run_captureBeforeTheSlotHangs_isGivenUpAndTakenAgainWithTheSlot()
      throws IOException, InterruptedException {
    start(3, new HangingReads());
    send(site.cloud().task(1, 1, SICK));
    hanging.acquire(2);
    capturesThatHang.set(1);
    send(FakeCloud.early(site.cloud().task(2, 1, WELL)));
    hanging.acquire();
    passed(Duration.ofMinutes(11));
    assertThat(services.awaitTold()).startsWith("fail token-1-1 Connector.Retry: ");
    assertThat(services.awaitTold()).isEqualTo("succeed token-2-1");
    while (!Objects.equals(status().abandoned(), 3)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void run_readTakesLessThanItsLimit_isWaitedFor() throws IOException, InterruptedException {
    start(3, new HangingReads());
    send(site.cloud().task(1, 1, SICK));
    hanging.acquire(2);
    passed(Duration.ofMinutes(9));
    services.forgetHeartbeats();
    while (!services.awaitHeartbeat().equals("token-1-1")) {
      assertThat(services.told()).isEmpty();
    }
    released.countDown();
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-1");
  }

  @Test
  void run_handsOfTheGivenUp_touchNothingWhenTheyComeBack()
      throws IOException, InterruptedException {
    start(3, new HangingReads());
    send(site.cloud().task(1, 1, SICK));
    hanging.acquire(2);
    passed(Duration.ofMinutes(11));
    assertThat(services.awaitTold()).startsWith("fail token-1-1 Connector.Retry: ");
    released.countDown();
    while (!Objects.equals(status().abandoned(), 0)) {
      Thread.onSpinWait();
    }
    assertThat(site.store().segmentPuts()).isEmpty();
    send(site.cloud().task(1, 2, SICK));
    assertThat(services.awaitTold()).isEqualTo("succeed token-1-2");
  }

  @Test
  void run_tooManyHang_givesBackWhatWaitsAndEndsUnhealthy()
      throws IOException, InterruptedException {
    start(1, new HangingReads());
    send(site.cloud().task(1, 1, SICK));
    hanging.acquire(2);
    send(site.cloud().task(2, 1, WELL));
    while (!services.awaitHeartbeat().equals("token-2-1")) {
      assertThat(services.told()).isEmpty();
    }
    passed(Duration.ofMinutes(11));
    List<String> told = List.of(services.awaitTold(), services.awaitTold());
    assertThat(told).anyMatch(each -> each.startsWith("fail token-1-1 Connector.Retry: Server "));
    // Its slot is free before the hands are counted: who waits may be done by then.
    assertThat(told)
        .anyMatch(
            each ->
                each.startsWith("fail token-2-1 Connector.Retry: Connector gave up 2 ")
                    || each.equals("succeed token-2-1"));
    assertThat(ended)
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOf(UnhealthyException.class)
        .withMessageStartingWith("Connector gave up 2 reads or puts that do not come back");
    awaitFarewell();
    assertThat(status().trouble()).startsWith("Connector gave up 2 reads or puts");
    assertThat(site.journal().pending()).isEmpty();
  }

  @Test
  void run_nobodyWaitsForATaskThatHangs_itsSlotIsFreeAllTheSame()
      throws IOException, InterruptedException {
    start(3, new HangingReads());
    send(site.cloud().task(1, 1, SICK));
    hanging.acquire(2);
    services.refuse("token-1-1");
    services.awaitRefusal();
    passed(Duration.ofMinutes(11));
    send(site.cloud().task(2, 1, WELL));
    assertThat(services.awaitTold()).isEqualTo("succeed token-2-1");
  }

  @Test
  void run_listingHangs_endsUnhealthy() throws IOException, InterruptedException {
    listingHangs = true;
    start(3, new HangingReads());
    hanging.acquire();
    passed(Duration.ofMinutes(11));
    assertThat(ended)
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOf(UnhealthyException.class)
        .withMessageStartingWith("Listing the servers of the source has not got on for 660 s: ");
  }

  @Test
  void stop_saysFarewell() throws IOException {
    start(3, site.source());
    Objects.requireNonNull(agent).stop();
    assertThat(ended.join()).isZero();
    awaitFarewell();
    assertThat(status().origin().instance()).isEqualTo(Site.INSTANCE);
  }

  private void awaitFarewell() {
    while (!Boolean.TRUE.equals(status().farewell())) {
      Thread.onSpinWait();
    }
  }

  private void start(int maxAbandoned, ServerSource source) throws IOException {
    AgentSettings settings =
        new AgentSettings(
            FakeCloud.ENVIRONMENT,
            "test",
            new HostAddress(null, null),
            1,
            BETWEEN_LISTINGS,
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Limits.DEFAULT,
            maxAbandoned,
            false);
    Agent.Services with =
        new Agent.Services(
            services,
            services,
            source,
            site.reporter(),
            new Unwatched(),
            InstantSource.system(),
            new SetClock());
    Agent started =
        new Agent(settings, with, site.replication(source), site.journal(), site.held());
    agent = started;
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                ended.complete(started.run());
              } catch (IOException | RuntimeException e) {
                ended.completeExceptionally(e);
              }
            });
    String inventory =
        ObjectKeys.connectorReport(FakeCloud.ENVIRONMENT, FakeCloud.CONNECTOR, "inventory");
    while (!listingHangs && !site.store().has(inventory)) {
      Thread.onSpinWait();
    }
  }

  private void send(ConnectorTask.Replicate task) {
    services.send(task.messageId(), MessageJson.writeText(task));
  }

  private void passed(Duration duration) {
    clockNanos.addAndGet(duration.toNanos());
  }

  private Report.Status status() {
    String key = ObjectKeys.connectorReport(FakeCloud.ENVIRONMENT, FakeCloud.CONNECTOR, "status");
    return (Report.Status) MessageJson.read(key, site.store().bytes(key), Report.class);
  }

  private void hangAt(boolean here, int permits) {
    if (!here || released.getCount() == 0) {
      return;
    }
    hanging.release(permits);
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Time as the test says; who waits looks again soon. */
  private final class SetClock implements Host {
    @Override
    public Thread thread(String name, Runnable body) {
      return Host.JVM.thread(name, body);
    }

    @Override
    public boolean await(CompletableFuture<?> event, Duration atMost) {
      Duration soon = Duration.ofMillis(20);
      boolean isLong = atMost.equals(BETWEEN_LISTINGS);
      return Host.JVM.await(event, isLong || atMost.compareTo(soon) < 0 ? atMost : soon);
    }

    @Override
    public long nanoTime() {
      return clockNanos.get();
    }
  }

  private static final class Unwatched implements RunObserver {
    @Override
    public void started(RunProgress progress) {}

    @Override
    public void troubled(String what, String sentence) {}

    @Override
    public void ended(RunProgress progress, TaskOutcome outcome) {}
  }

  /** The site's source; reads of one server wait until they are released. */
  private final class HangingReads implements ServerSource {
    private final ServerSource real = site.source();

    @Override
    public String type() {
      return real.type();
    }

    @Override
    public SourceInventory inventory() {
      hangAt(listingHangs, 1);
      return real.inventory();
    }

    @Override
    public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
      hangAt(vmId.equals(WELL) && capturesThatHang.getAndDecrement() > 0, 1);
      Capture capture = real.capture(vmId, run, previous);
      return vmId.equals(SICK) ? new ReplacedContent(capture, disk -> hanging(disk)) : capture;
    }
  }

  private RangeContent hanging(CapturedDisk disk) {
    RangeContent content = (RangeContent) disk.content();
    return (offsetBytes, target, lengthBytes) -> {
      hangAt(true, 1);
      content.read(offsetBytes, target, lengthBytes);
    };
  }
}
