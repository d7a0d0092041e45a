package dev.drover.connector.pipeline;

import dev.drover.connector.source.CapturedDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.format.ExtentBitmap;
import dev.drover.protocol.format.SegmentHeader;
import dev.drover.protocol.format.WrittenExtents;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One disk to be sent in one attempt at a run.
 *
 * @param attempt at the run, from 1
 * @param baseDigestList digest of the base's digest list; {@link Digest#NEVER_WRITTEN} without a
 *     base
 * @param zeros what becomes of zero blocks if there is no base
 * @param durable extents of the delta that the cloud has; null: none
 * @param sendAgain extents that are sent even if they were sent before this attempt
 * @param written what the disk's snapshot holds of this run already, by whatever generation
 */
public record DiskWork(
    DiskDelta delta,
    int attempt,
    CapturedDisk disk,
    Digest baseDigestList,
    ZeroPolicy zeros,
    @Nullable ExtentBitmap durable,
    Set<Integer> sendAgain,
    Written written) {
  /** What the disk's snapshot holds of a run. */
  @FunctionalInterface
  public interface Written {
    /** Nothing at all. */
    Written NOTHING = extent -> null;

    /** What was written of an extent; null: nothing. */
    WrittenExtents.@Nullable Extent find(int extent) throws IOException;
  }

  /** Copies what could change. */
  public DiskWork {
    sendAgain = Set.copyOf(sendAgain);
  }

  /** A segment's header; what it follows is null where it carries the whole extent. */
  SegmentHeader header(int extent, @Nullable Digest follows) {
    return new SegmentHeader(
        new SegmentCoordinates(delta, extent),
        baseDigestList,
        disk.sizeBytes(),
        leavesZerosOut(),
        follows);
  }

  /** Whether zero blocks are not sent: never where a base has something else there. */
  public boolean leavesZerosOut() {
    return zeros == ZeroPolicy.OMIT && delta.base() == null;
  }

  /** Whether all of the disk's zeros are sent: there is no base that may have them. */
  boolean sendsZeros() {
    return zeros == ZeroPolicy.SEND && delta.base() == null;
  }

  /** Whether an extent need not be sent, by what the journal knows and the plan says. */
  boolean isDurable(int extent, ExtentJournal.Slot slot) {
    if (slot.segment() == null) {
      return false;
    }
    if (slot.attemptSent() == attempt) {
      return true;
    }
    return isStaged(extent);
  }

  /** Whether the plan says that the cloud has an extent of this generation. */
  boolean isStaged(int extent) {
    return durable != null && durable.contains(extent) && !sendAgain.contains(extent);
  }
}
