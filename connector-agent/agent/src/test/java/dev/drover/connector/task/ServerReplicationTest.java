package dev.drover.connector.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.host.Host;
import dev.drover.connector.pulse.Limits;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.site.BusyContent;
import dev.drover.connector.site.FakeCloud;
import dev.drover.connector.site.HoledContent;
import dev.drover.connector.site.ReplacedSource;
import dev.drover.connector.site.Site;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.stop.StoppedException;
import dev.drover.connector.store.Patience;
import dev.drover.connector.store.StoreRefusedException;
import dev.drover.connector.store.StoreUnavailableException;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.ReplicationPlan;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.TaskResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerReplicationTest {
  private static final int BLOCK = DiskGeometry.BLOCK_BYTES;
  private static final long EXTENT = DiskGeometry.EXTENT_BYTES;
  private static final String SERVER = "web";
  private static final String IMAGE = "disk.img";
  private static final DiskId DISK = DiskId.of(SERVER, IMAGE);

  @TempDir Path root;
  private Site site;

  @BeforeEach
  void openSite() throws IOException {
    site = new Site(root);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 512, 524_287, 524_288, 524_289, 70_000_000, 134_217_728})
  void run_diskOfAnySize_isIdentical(long sizeBytes) throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, sizeBytes, sizeBytes);
    TaskResult result = run(site.cloud().task(1, 1, SERVER));
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 524_289, 200_000_000})
  void run_diskThatIsAStream_isIdentical(long sizeBytes) throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, sizeBytes, sizeBytes);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    TaskResult result =
        site.replication(ReplacedSource.streamed(site.source()))
            .run(
                task,
                site.journal().run(task.runId()),
                new Pulse(new StopSignal()),
                new RunProgress(task.run(), SERVER));
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  @Test
  void run_sourceThatReadsAsManyAsItBears_waitsForItsTurn() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    List<Duration> waits = new ArrayList<>();
    Host host = new NoWaits(waits);
    TaskResult result =
        site.replication(BusyContent.in(site.source(), new AtomicInteger(3)))
            .run(
                task,
                site.journal().run(task.runId()),
                new Pulse(host, Limits.DEFAULT, new StopSignal(host)),
                new RunProgress(task.run(), SERVER));
    assertIdentical(image, site.cloud().complete(result, DISK));
    assertThat(waits).hasSize(3);
  }

  @Test
  void run_stoppedWhileItWaitsForItsTurn_ends() throws IOException {
    site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    StopSignal stop = new StopSignal();
    ServerSource busy = BusyContent.in(site.source(), new AtomicInteger(Integer.MAX_VALUE));
    site.store().beforePut(key -> stop.stop());
    assertThatThrownBy(
            () ->
                site.replication(busy)
                    .run(
                        task,
                        site.journal().run(task.runId()),
                        new Pulse(stop),
                        new RunProgress(task.run(), SERVER)))
        .isInstanceOf(StoppedException.class);
  }

  /** Time that is waited for has passed. */
  private record NoWaits(List<Duration> waits) implements Host {
    @Override
    public Thread thread(String name, Runnable body) {
      return Host.JVM.thread(name, body);
    }

    @Override
    public boolean await(CompletableFuture<?> event, Duration atMost) {
      waits.add(atMost);
      return event.isDone();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }

  @Test
  void run_indexCutShort_isDownloaded() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    Path index = onlyIndex();
    byte[] bytes = Files.readAllBytes(index);
    for (int length : new int[] {0, 100, 512, bytes.length - 1}) {
      Files.write(index, Arrays.copyOf(bytes, length));
      TaskResult next = run(site.cloud().task(2 + length, 1, SERVER, List.of(planned(base))));
      assertThat(site.cloud().manifest(next, DISK).blocksChanged()).isZero();
      assertIdentical(image, site.cloud().complete(next, DISK));
    }
  }

  @Test
  void run_diskOfZeros_sendsThemAsEntries() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 1, 1);
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(2), 0);
      channel.write(ByteBuffer.allocate(1), 5L * BLOCK);
    }
    TaskResult result = run(site.cloud().task(1, 1, SERVER));
    Manifest manifest = site.cloud().manifest(result, DISK);
    assertThat(manifest.blocksChanged()).isEqualTo(6);
    assertThat(manifest.bytesSent()).isLessThan(1_000);
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  @Test
  void run_zerosLeftOut_sendsWhatIsNotZeroAndSaysSo() throws IOException {
    Path image = zerosBut(3, 200);
    site.cloud().omitZeros();
    TaskResult first = run(site.cloud().task(1, 1, SERVER));

    Manifest manifest = site.cloud().manifest(first, DISK);
    assertThat(manifest.blocksChanged()).isEqualTo(2);
    assertThat(manifest.extentsSent()).as("of three, one of zeros alone").isEqualTo(2);
    assertThat(site.cloud().opened(1, 1).disks().getFirst().leavesZerosOut()).isTrue();
    assertIdentical(image, site.cloud().complete(first, DISK));
  }

  @Test
  void run_zerosLeftOutBefore_sendsThoseThatAreNew() throws IOException {
    Path image = zerosBut(3, 200);
    site.cloud().omitZeros();
    ReplicationPlan.Base base = firstRun();
    site.overwrite(image, 3L * BLOCK, new byte[BLOCK]);
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));

    assertThat(site.cloud().manifest(second, DISK).blocksChanged()).isEqualTo(1);
    assertThat(site.cloud().opened(2, 1).disks().getFirst().leavesZerosOut()).isFalse();
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 100, BLOCK, 5L * BLOCK - 1, EXTENT, EXTENT + 3})
  void run_diskWithAHole_isIdenticalWithoutReadingThere(long holeFrom) throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 3 * EXTENT + 9, 1);
    long holeEnd = holeFrom + EXTENT + 5L * BLOCK + 11;
    site.overwrite(image, holeFrom, new byte[Math.toIntExact(holeEnd - holeFrom)]);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    TaskResult result =
        site.replication(HoledContent.in(site.source(), holeFrom, holeEnd))
            .run(
                task,
                site.journal().run(task.runId()),
                new Pulse(new StopSignal()),
                new RunProgress(task.run(), SERVER));

    assertThat(site.cloud().manifest(result, DISK).bytesRead()).isEqualTo(3 * EXTENT + 9);
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  @Test
  void run_copyWithItsZeros_knowsThoseOfHolesBeforeItReads() throws IOException {
    site.writeImage(SERVER, IMAGE, 3 * EXTENT, 1);
    site.overwrite(site.image(SERVER, IMAGE), EXTENT, new byte[Math.toIntExact(EXTENT)]);
    AtomicReference<@Nullable Long> first = new AtomicReference<>();
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    RunProgress progress = new RunProgress(task.run(), SERVER);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/")) {
                first.compareAndSet(null, zerosExpected(progress));
              }
            });
    run(task, progress, EXTENT, 2 * EXTENT);

    assertThat(first.get()).isGreaterThanOrEqualTo(EXTENT);
    long zeros = zerosOf(site.image(SERVER, IMAGE));
    assertThat(zerosExpected(progress)).isEqualTo(zeros);
  }

  @Test
  void run_zerosThatAreNotSent_areNotCounted() throws IOException {
    site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    ConnectorTask.Replicate over = site.cloud().task(2, 1, SERVER, List.of(planned(base)));
    assertThat(zerosExpected(run(over, new RunProgress(over.run(), SERVER), 0, 0))).isNull();

    site.cloud().omitZeros();
    ConnectorTask.Replicate without = site.cloud().task(3, 1, SERVER);
    assertThat(zerosExpected(run(without, new RunProgress(without.run(), SERVER), 0, 0))).isNull();
  }

  private RunProgress run(
      ConnectorTask.Replicate task, RunProgress progress, long holeFrom, long holeEnd)
      throws IOException {
    var _ =
        site.replication(HoledContent.in(site.source(), holeFrom, holeEnd))
            .run(task, site.journal().run(task.runId()), new Pulse(new StopSignal()), progress);
    return progress;
  }

  private static @Nullable Long zerosExpected(RunProgress progress) {
    return progress.view().orElseThrow().disks().getFirst().zeroBytesExpected();
  }

  private static long zerosOf(Path image) throws IOException {
    byte[] disk = Files.readAllBytes(image);
    long zeros = 0;
    for (int at = 0; at < disk.length; at += BLOCK) {
      zeros += Arrays.mismatch(disk, at, at + BLOCK, new byte[BLOCK], 0, BLOCK) < 0 ? BLOCK : 0;
    }
    return zeros;
  }

  /** Three extents of zeros but for these blocks. */
  private Path zerosBut(int... blocks) throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 1, 1);
    site.overwrite(image, 0, new byte[1]);
    site.overwrite(image, 3 * EXTENT - 1, new byte[1]);
    for (int block : blocks) {
      site.overwrite(image, (long) block * BLOCK + 7, new byte[] {1});
    }
    return image;
  }

  @Test
  void run_unchangedDisk_sendsNothing() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 2 * EXTENT + 7, 1);
    ReplicationPlan.Base base = firstRun();
    site.store().forgetPuts();
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    assertThat(site.store().segmentPuts()).isEmpty();
    assertThat(site.cloud().manifest(second, DISK).extentsSent()).isZero();
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_changedBlocks_sendsOnlyThem() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 3 * EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    site.overwrite(image, 2 * EXTENT + 5, new byte[] {1, 2, 3});
    site.overwrite(image, 2L * BLOCK - 1, new byte[] {9, 9});
    site.store().forgetPuts();
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    Manifest manifest = site.cloud().manifest(second, DISK);
    assertThat(manifest.blocksChanged()).isEqualTo(3);
    assertThat(site.store().segmentPuts()).hasSize(2);
    assertThat(manifest.bytesRead()).isEqualTo(3 * EXTENT);
    assertThat(manifest.bytesChanged()).isEqualTo(3L * BLOCK);
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_thirdRunAfterOneThatTheCloudDropped_comparesWithTheFirst() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    site.overwrite(image, 0, new byte[] {1});
    run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    // The second run failed in the cloud: its snapshot never was.
    site.store().remove(base.digestListKey());
    TaskResult third = run(site.cloud().task(3, 1, SERVER, List.of(planned(base))));
    assertThat(site.cloud().opened(3, 1).disks().getFirst().baseReason()).isNull();
    assertThat(site.cloud().manifest(third, DISK).blocksChanged()).isEqualTo(1);
    assertIdentical(image, site.cloud().complete(third, DISK));
  }

  @Test
  void run_lostIndex_isDownloaded() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT + 1, 1);
    ReplicationPlan.Base base = firstRun();
    deleteIndexes();
    site.overwrite(image, EXTENT, new byte[] {77});
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    assertThat(site.cloud().manifest(second, DISK).blocksChanged()).isEqualTo(1);
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_lostIndexAndTamperedDigestList_sendsEverythingAndSaysWhy() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    deleteIndexes();
    byte[] list = site.store().bytes(base.digestListKey());
    list[list.length / 2] ^= 1;
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    Report.OpenedDisk opened = site.cloud().opened(2, 1).disks().getFirst();
    assertThat(opened.base()).isNull();
    assertThat(opened.baseReason()).contains(base.digestListKey());
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_tamperedIndex_isReplacedWhenThePlanSaysSo() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    site.overwrite(image, 0, new byte[] {1, 1, 1});
    byte[] changed = Arrays.copyOf(Files.readAllBytes(image), BLOCK);
    Path index = onlyIndex();
    byte[] bytes = Files.readAllBytes(index);
    System.arraycopy(Digest.of(changed).toBytes(), 0, bytes, 512, 32);
    Files.write(index, bytes);

    TaskResult lied = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    assertThatThrownBy(() -> site.cloud().complete(lied, DISK))
        .as("the cloud's derivation disagrees")
        .hasMessageContaining("two derivations");

    ReplicationPlan.Disk rebuild =
        new ReplicationPlan.Disk(DISK, base, null, true, ReadMode.FULL, null, null, List.of());
    TaskResult right = run(site.cloud().task(3, 1, SERVER, List.of(rebuild)));
    assertIdentical(image, site.cloud().complete(right, DISK));
  }

  @Test
  void run_shrunkDisk_hasNoBaseAndSaysWhy() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 2L * EXTENT, 1);
    ReplicationPlan.Base base = firstRun();
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      channel.truncate(EXTENT + 5);
    }
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    Report.OpenedDisk opened = site.cloud().opened(2, 1).disks().getFirst();
    assertThat(opened.base()).isNull();
    assertThat(opened.baseReason()).contains("shrunk");
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_grownDisk_keepsItsBase() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, EXTENT + 5, 1);
    ReplicationPlan.Base base = firstRun();
    site.overwrite(image, 2 * EXTENT, new byte[] {5});
    TaskResult second = run(site.cloud().task(2, 1, SERVER, List.of(planned(base))));
    Manifest manifest = site.cloud().manifest(second, DISK);
    assertThat(manifest.delta().base()).isEqualTo(base.snapshotId());
    assertThat(manifest.blocksChanged())
        .as("128 new blocks, the old padded one did not change")
        .isEqualTo(128);
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_afterFailedPuts_sendsOnlyWhatIsMissing() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 6 * EXTENT, 1);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    AtomicInteger left = new AtomicInteger(3);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/") && left.getAndDecrement() <= 0) {
                throw new StoreUnavailableException("the network is down", null);
              }
            });
    assertThatThrownBy(() -> run(task)).isInstanceOf(StoreUnavailableException.class);
    site.store().beforePut(key -> {});
    TaskResult result = run(task);
    assertThat(site.store().segmentPuts()).hasSize(6).doesNotHaveDuplicates();
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  @Test
  void run_refusedOnceForEachKindOfObject_isIdentical() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 3 * EXTENT, 1);
    Set<String> refused = ConcurrentHashMap.newKeySet();
    site.store()
        .beforePut(
            key -> {
              String kind = key.substring(0, key.indexOf('/')) + key.replaceAll(".*[.]", ".");
              if (refused.add(key.startsWith("staging/") ? "staging" : kind)) {
                throw new StoreRefusedException("AWS refused it", null);
              }
            });
    Patience patience = new Patience(Duration.ofDays(1), Duration.ofNanos(1), Duration.ofNanos(1));
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    TaskResult result =
        site.replication(site.source(), patience)
            .run(
                task,
                site.journal().run(task.runId()),
                new Pulse(new StopSignal()),
                new RunProgress(task.run(), SERVER));
    assertThat(refused).containsExactlyInAnyOrder("staging", "reports.json", "reports.manifest");
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  @Test
  void run_nextAttempt_trustsThePlansBitmapAndSendsAgainWhatItAsks() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 4 * EXTENT, 1);
    TaskResult first = run(site.cloud().task(1, 1, SERVER));
    String bitmapKey = "tasks/bitmap";
    ExtentBitmap durable = new ExtentBitmap(4);
    durable.add(0);
    durable.add(1);
    durable.add(3);
    site.store().write(bitmapKey, durable.encode());
    site.store().forgetPuts();
    ReplicationPlan.Disk planned =
        new ReplicationPlan.Disk(
            DISK,
            null,
            "first run",
            false,
            ReadMode.FULL,
            first.generation(),
            bitmapKey,
            List.of(3));
    TaskResult second = run(site.cloud().task(1, 2, SERVER, List.of(planned)));
    assertThat(second.generation()).isEqualTo(first.generation());
    assertThat(site.store().segmentPuts().stream().map(key -> key.substring(key.length() - 1)))
        .as("2 is not durable, 3 is asked for")
        .containsExactlyInAnyOrder("2", "3");
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_imageChangedBetweenAttempts_isALaterGenerationAndSendsAll() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 2 * EXTENT, 1);
    Generation first = run(site.cloud().task(1, 1, SERVER)).generation();
    site.overwrite(image, 0, new byte[] {4});
    site.store().forgetPuts();
    TaskResult second = run(site.cloud().task(1, 2, SERVER));
    assertThat(second.generation()).isGreaterThan(first);
    assertThat(site.store().segmentPuts()).hasSize(2);
    assertIdentical(image, site.cloud().complete(second, DISK));
  }

  @Test
  void run_capturedAnewWhereSomethingIsDurable_reportsItAndAsksForAnotherPlan() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 2 * EXTENT, 1);
    TaskResult first = run(site.cloud().task(1, 1, SERVER));
    site.overwrite(image, 0, new byte[] {4});
    site.store().forgetPuts();
    ExtentBitmap all = new ExtentBitmap(2);
    all.add(0);
    all.add(1);
    ReplicationPlan.Disk planned = site.cloud().planned(first, DISK, first.generation(), all);

    assertThatThrownBy(() -> run(site.cloud().task(1, 2, SERVER, List.of(planned))))
        .isInstanceOf(NewGenerationException.class)
        .hasMessageContaining("was captured anew");
    assertThat(site.store().segmentPuts()).isEmpty();
    assertThat(site.cloud().opened(1, 2).generation()).isGreaterThan(first.generation());
  }

  @Test
  void run_newGenerationOverWhatIsWritten_sendsOnlyWhatDiffers() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 3 * EXTENT, 1);
    TaskResult first = run(site.cloud().task(1, 1, SERVER));
    site.overwrite(image, EXTENT + BLOCK, new byte[] {4});
    site.store().forgetPuts();
    Generation second = generationNow(first);

    ReplicationPlan.Disk planned = site.cloud().planned(first, DISK, second, new ExtentBitmap(3));
    ConnectorTask.Replicate task = site.cloud().task(1, 3, SERVER, List.of(planned));
    RunProgress progress = new RunProgress(task.run(), SERVER);
    TaskResult result =
        site.replication()
            .run(task, site.journal().run(task.runId()), new Pulse(new StopSignal()), progress);
    assertThat(progress.view().orElseThrow().disks().getFirst().bytesReused())
        .as("all but one block")
        .isEqualTo(3 * EXTENT - BLOCK);

    assertThat(result.generation()).isEqualTo(second);
    assertThat(site.store().segmentPuts()).singleElement().asString().endsWith("0000001");
    assertThat(site.store().bytes(site.store().segmentPuts().getFirst()).length)
        .as("one block and a table of 128")
        .isLessThan(2 * BLOCK);
    assertIdentical(image, site.cloud().complete(result, DISK));
  }

  /** Opens the server as it is now, and is told to ask for another plan. */
  private Generation generationNow(TaskResult before) throws IOException {
    ExtentBitmap all = new ExtentBitmap(3);
    all.add(0);
    ReplicationPlan.Disk planned = site.cloud().planned(before, DISK, before.generation(), all);
    assertThatThrownBy(() -> run(site.cloud().task(1, 2, SERVER, List.of(planned))))
        .isInstanceOf(NewGenerationException.class);
    return site.cloud().opened(1, 2).generation();
  }

  @Test
  void run_imageChangesWhileItIsRead_fails() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 3 * EXTENT, 1);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/")) {
                write(image);
              }
            });
    assertThatThrownBy(() -> run(site.cloud().task(1, 1, SERVER)))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining(IMAGE);
  }

  @Test
  void run_imageChangesAfterTheLastRead_fails() throws IOException {
    Path image = site.writeImage(SERVER, IMAGE, 100, 1);
    site.store()
        .beforePut(
            key -> {
              if (key.startsWith("staging/")) {
                write(image);
              }
            });
    assertThatThrownBy(() -> run(site.cloud().task(1, 1, SERVER)))
        .isInstanceOf(SourceChangedException.class);
    assertThat(site.store().keys("reports/")).noneMatch(key -> key.endsWith(".manifest"));
  }

  @Test
  void run_stopped_endsWithoutManifest() throws IOException {
    site.writeImage(SERVER, IMAGE, 3 * EXTENT, 1);
    StopSignal stop = new StopSignal();
    site.store().beforePut(key -> stopAtSegments(key, stop));
    assertThatThrownBy(() -> run(site.cloud().task(1, 1, SERVER), stop))
        .isInstanceOf(StoppedException.class);
    assertThat(site.store().keys("reports/")).noneMatch(key -> key.endsWith(".manifest"));
  }

  @Test
  void run_corruptedPlan_namesIt() throws IOException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    site.store().write(task.planKey(), "{\"version\":1".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> run(task))
        .isInstanceOf(PlanUnreadableException.class)
        .hasMessageContaining(task.planKey());
  }

  /** It is a plan still, and says something else. */
  @Test
  void run_planWithOneBitChanged_isRefused() throws IOException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    ConnectorTask.Replicate task = site.cloud().task(1, 1, SERVER);
    String plan = new String(site.store().bytes(task.planKey()), StandardCharsets.UTF_8);
    String changed = plan.replace("\"quiesce\":false", "\"quiesce\":true");
    assertThat(changed).isNotEqualTo(plan);
    site.store().write(task.planKey(), changed.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> run(task))
        .isInstanceOf(PlanUnreadableException.class)
        .hasMessageContaining("it was changed since it was written");
    run(withoutDigest(task));
  }

  /** As a stack of before sends it. */
  private static ConnectorTask.Replicate withoutDigest(ConnectorTask.Replicate task) {
    return FakeCloud.altered(task, task.environment(), task.deadline(), null, null);
  }

  @Test
  void run_planOfAnotherRun_isRefused() throws IOException {
    site.writeImage(SERVER, IMAGE, 100, 1);
    ConnectorTask.Replicate other = site.cloud().task(2, 1, SERVER);
    ConnectorTask.Replicate task = withoutDigest(site.cloud().task(1, 1, SERVER));
    site.store().write(task.planKey(), site.store().bytes(other.planKey()));
    assertThatThrownBy(() -> run(task))
        .isInstanceOf(PlanUnreadableException.class)
        .hasMessageContaining("another task");
  }

  @Test
  void run_twoDisks_areOneGeneration() throws IOException {
    Path first = site.writeImage(SERVER, "a.img", EXTENT + 1, 1);
    Path second = site.writeImage(SERVER, "b.raw", 3L * BLOCK, 2);
    site.overwrite(first, 512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
    TaskResult result = run(site.cloud().task(1, 1, SERVER));
    Report.Opened opened = site.cloud().opened(1, 1);
    assertThat(opened.generation()).isEqualTo(result.generation());
    assertThat(opened.disks())
        .extracting(Report.OpenedDisk::label)
        .containsExactly("a.img", "b.raw");
    assertIdentical(first, site.cloud().complete(result, DiskId.of(SERVER, "a.img")));
    assertIdentical(second, site.cloud().complete(result, DiskId.of(SERVER, "b.raw")));
    assertThat(site.cloud().report(1, 1, "completed", Report.Completed.class).manifests())
        .isEqualTo(result.manifests());
  }

  @Test
  void run_twoDisks_writesTheManifestOfOneBeforeItSendsTheNext() throws IOException {
    site.writeImage(SERVER, "root.img", 100, 1);
    site.writeImage(SERVER, "b.img", 100, 2);
    List<String> kinds = new ArrayList<>();
    site.store().beforePut(key -> kinds.add(key.replaceAll("(?s).*(staging|manifest).*", "$1")));
    run(site.cloud().task(1, 1, SERVER));
    assertThat(kinds.stream().filter(kind -> !kind.endsWith(".json")))
        .containsExactly("staging", "manifest", "staging", "manifest");
  }

  private ReplicationPlan.Base firstRun() throws IOException {
    return site.cloud().complete(run(site.cloud().task(1, 1, SERVER)), DISK);
  }

  private TaskResult run(ConnectorTask.Replicate task) throws IOException {
    return run(task, new StopSignal());
  }

  private TaskResult run(ConnectorTask.Replicate task, StopSignal stop) throws IOException {
    RunProgress progress = new RunProgress(task.run(), SERVER);
    return site.replication()
        .run(task, site.journal().run(task.runId()), new Pulse(stop), progress);
  }

  private static ReplicationPlan.Disk planned(ReplicationPlan.Base base) {
    return FakeCloud.planned(DISK, base);
  }

  private static void stopAtSegments(String key, StopSignal stop) {
    if (key.startsWith("staging/")) {
      stop.stop();
    }
  }

  private void write(Path image) {
    try {
      site.overwrite(image, 0, new byte[] {8});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertIdentical(Path image, ReplicationPlan.Base snapshot) throws IOException {
    byte[] volume = site.cloud().volume(snapshot);
    try (InputStream stream = Files.newInputStream(image)) {
      byte[] disk = stream.readAllBytes();
      int end = disk.length;
      assertThat(Arrays.mismatch(disk, 0, end, volume, 0, end)).isEqualTo(-1);
      byte[] padding = Arrays.copyOfRange(volume, end, volume.length);
      assertThat(Arrays.mismatch(padding, new byte[padding.length])).isEqualTo(-1);
    }
  }

  private void deleteIndexes() throws IOException {
    Files.delete(onlyIndex());
  }

  private Path onlyIndex() throws IOException {
    try (Stream<Path> files = Files.walk(site.indexes())) {
      List<Path> indexes = files.filter(Files::isRegularFile).toList();
      assertThat(indexes).hasSize(1);
      return indexes.getFirst();
    }
  }
}
