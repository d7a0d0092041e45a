package dev.drover.local.bench;

import dev.drover.connector.config.HeapNeed;
import dev.drover.connector.folder.FolderSource;
import dev.drover.connector.index.DigestIndex;
import dev.drover.connector.index.DigestIndexBuilder;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.pipeline.BandwidthLimit;
import dev.drover.connector.pipeline.DiskCounters;
import dev.drover.connector.pipeline.DiskPass;
import dev.drover.connector.pipeline.DiskResult;
import dev.drover.connector.pipeline.DiskWork;
import dev.drover.connector.pipeline.ExtentJournal;
import dev.drover.connector.pipeline.ExtentWorkers;
import dev.drover.connector.pulse.Pulse;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.stop.StopSignal;
import dev.drover.connector.store.ObjectStore;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The connector's own passes over a disk, with its own settings, into a store of ours. */
final class PipelinePass {
  private static final RunId FIRST = new RunId("sms-run-00000001");
  private static final RunId SECOND = new RunId("sms-run-00000002");
  private static final SnapshotId BASE = new SnapshotId("snap-00000000000000001");

  /** As a configuration without these keys has them. */
  private static final int ZSTD_LEVEL = 1;

  private final BenchDisk disk;
  private final Path state;
  private final ObjectStore store;
  private final int workers;

  PipelinePass(BenchDisk disk, Path state, ObjectStore store, int workers) {
    this.disk = disk;
    this.state = state;
    this.store = store;
    this.workers = workers;
  }

  /** A pass without a base; it leaves its index behind. */
  DiskResult full() throws IOException {
    return pass(FIRST, null);
  }

  /** A pass against the index that a full one left, over the same disk. */
  DiskResult unchanged(DiskResult full) throws IOException {
    return pass(
        SECOND,
        new ReplicationPlan.Base(
            BASE,
            FIRST,
            "digests/none",
            Digest.NEVER_WRITTEN,
            full.diskDigest(),
            disk.sizeBytes()));
  }

  private int segmentBytes() {
    return HeapNeed.usualSegmentMemoryMib(workers, Runtime.getRuntime().maxMemory()) << 20;
  }

  private DiskResult pass(RunId run, ReplicationPlan.@Nullable Base base) throws IOException {
    Files.createDirectories(state.resolve("spill"));
    Files.deleteIfExists(state.resolve("journal"));
    FolderSource source = new FolderSource(disk.servers(), InstantSource.system());
    IndexShelf shelf = new IndexShelf(state.resolve("indexes"), store);
    try (Capture capture = source.capture(BenchDisk.SERVER, run, null);
        ExtentWorkers extents =
            new ExtentWorkers(workers, ZSTD_LEVEL, segmentBytes(), state.resolve("spill"))) {
      CapturedDisk captured = capture.disks().getFirst();
      DiskDelta delta =
          new DiskDelta(
              new EnvironmentName("bench"),
              new JobId("sms-job-00000001"),
              run,
              captured.diskId(),
              base == null ? null : BASE,
              new Generation("20260101T000000000Z-" + "0".repeat(16)));
      DiskWork work =
          new DiskWork(
              delta,
              1,
              captured,
              Digest.NEVER_WRITTEN,
              ZeroPolicy.SEND,
              null,
              Set.of(),
              DiskWork.Written.NOTHING);
      // Asking for the base's index forgets every other: so it comes before the next one is begun.
      try (DigestIndex known = base == null ? null : shelf.indexOf(captured.diskId(), base, false);
          DigestIndexBuilder next = shelf.begin(captured.diskId(), run, captured.geometry());
          ExtentJournal journal =
              ExtentJournal.open(state.resolve("journal"), captured.geometry())) {
        DiskPass.Ports ports =
            new DiskPass.Ports(
                store,
                extents,
                new BandwidthLimit(null, System::nanoTime),
                new Pulse(new StopSignal()));
        DiskCounters counters = new DiskCounters(captured.diskId(), captured.sizeBytes());
        DiskResult result = new DiskPass(work, ports, known, next, journal, counters).run();
        next.finish(result.diskDigest());
        return result;
      }
    }
  }
}
