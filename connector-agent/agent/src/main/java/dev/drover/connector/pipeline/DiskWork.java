package dev.drover.connector.pipeline;

import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.format.SegmentHeader;
import dev.drover.protocol.message.ReplicationPlan;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One disk to be sent in one attempt at a run.
 *
 * @param base null: everything is sent
 * @param durable extents that the cloud has, in this generation and against this base; null: none
 * @param sendAgain extents that are sent even if they were sent before this attempt
 */
public record DiskWork(
    EnvironmentName environment,
    RunAttempt run,
    Generation generation,
    CapturedDisk disk,
    ReplicationPlan.@Nullable Base base,
    @Nullable ExtentBitmap durable,
    Set<Integer> sendAgain) {

  /** Copies what could change. */
  public DiskWork {
    sendAgain = Set.copyOf(sendAgain);
  }

  /** The base's snapshot; null: everything is sent. */
  public @Nullable SnapshotId baseSnapshot() {
    return base == null ? null : base.snapshotId();
  }

  SegmentHeader header(int extent) {
    SegmentCoordinates at =
        new SegmentCoordinates(
            environment,
            run.jobId(),
            run.runId(),
            disk.diskId(),
            baseSnapshot(),
            generation,
            extent);
    Digest baseList = base == null ? Digest.NEVER_WRITTEN : base.digestListDigest();
    return new SegmentHeader(at, baseList, disk.sizeBytes(), false);
  }

  /** Whether an extent need not be sent, by what the journal knows and the plan says. */
  boolean isDurable(int extent, ExtentJournal.Slot slot) {
    if (slot.segment() == null) {
      return false;
    }
    if (slot.attemptSent() == run.attempt()) {
      return true;
    }
    return durable != null && durable.contains(extent) && !sendAgain.contains(extent);
  }
}
