package dev.drover.functions.snapshot;

import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * Checks a disk's content against its manifest and completes its snapshot. Every hour a rule asks
 * for those that have been pending for long while their run sends other disks.
 *
 * <p>Idempotency key: (run, disk, epoch), the snapshot. A second call derives the same from
 * receipts that cannot change any more, writes the same digest list, and finds the snapshot
 * completing; for a disk that is completed it does nothing.
 */
public final class CompleteSnapshotHandler
    extends JsonHandler<CompleteSnapshotHandler.Input, CompleteSnapshotHandler.Output> {
  /** Called by Lambda. */
  public CompleteSnapshotHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public CompleteSnapshotHandler(Wiring wiring) {
    this(feature(wiring), wiring);
  }

  private CompleteSnapshotHandler(CompleteSnapshot complete, Wiring wiring) {
    EarlyCompletion early =
        new EarlyCompletion(
            wiring.state(), wiring.objects(), complete, wiring.clock(), wiring.log());
    super(Input.class, input -> complete(input, complete, early));
  }

  private static CompleteSnapshot feature(Wiring wiring) {
    return new CompleteSnapshot(
        wiring.state(),
        wiring.objects(),
        wiring.blocks(),
        wiring.snapshots(),
        wiring.clock(),
        wiring.log());
  }

  private static Output complete(Input input, CompleteSnapshot complete, EarlyCompletion early) {
    JobId jobId = input.jobId();
    RunId runId = input.runId();
    DiskId diskId = input.diskId();
    if (jobId == null || runId == null || diskId == null) {
      return new Output(null, early.completeAll());
    }
    CompleteSnapshot.Output done =
        complete.complete(new CompleteSnapshot.Input(jobId, runId, diskId));
    return new Output(done.snapshotId().value(), 1);
  }

  /** The disk that the state machine names; nothing of it: whatever has been pending for long. */
  public record Input(@Nullable JobId jobId, @Nullable RunId runId, @Nullable DiskId diskId) {}

  /** The disk's snapshot, if one was named, and how many EBS completes. */
  public record Output(@Nullable String snapshotId, int disks) {}
}
