package dev.drover.functions.state;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One disk of a run: the EBS snapshot that the run writes into, and how far it is.
 *
 * <p>Item {@code RUN#<run> / DISK#<disk>}. The report function makes it when a generation opens; a
 * newer generation goes on into the same snapshot. A snapshot that was given back or lost, or that
 * is of another base or size, is replaced by the next epoch's, which begins with no receipt.
 *
 * @param epoch counts the EBS snapshots of this disk in this run, from 1
 * @param firstEpoch since then the disk has had this base, this size and this choice of zeros: what
 *     was applied in an epoch since is what its present snapshot is to have, too
 * @param generation the VM snapshot that the disk is read from
 * @param base the completed snapshot that {@code snapshotId} is a child of; null: everything is
 *     sent
 * @param baseReason why there is no base, for people; null when there is one
 * @param startedAt when that snapshot was: EC2 does not show it at once
 * @param manifestKey what the connector says of the disk; null until it has sent all of it
 * @param completion what was derived from receipts and base; null until then
 * @param diskNumber order of booting, from 0
 * @param label the hypervisor's label, or the image's file name
 * @param zerosLeftOut whether nobody writes the zero blocks of {@code snapshotId}, which has no
 *     base and is not encrypted: what is not written there reads as zeros
 */
public record RunDisk(
    RunId runId,
    DiskId diskId,
    int epoch,
    int firstEpoch,
    Generation generation,
    @Nullable Base base,
    @Nullable String baseReason,
    long sizeBytes,
    SnapshotId snapshotId,
    Instant startedAt,
    State state,
    @Nullable String manifestKey,
    @Nullable Completion completion,
    boolean rootDevice,
    int diskNumber,
    String label,
    boolean zerosLeftOut) {
  /** How far a disk of a run is. */
  public enum State {
    /** Segments are put into the snapshot. */
    APPLYING,
    /** No segment is taken any more; the snapshot is being checked and completed. */
    COMPLETING,
    /** EBS says that the snapshot is completed. */
    COMPLETED,
    /**
     * The snapshot was given back to the quota, or is lost. What was staged of the disk is put into
     * another, in the next epoch, as soon as that is begun.
     */
    GIVEN_BACK;

    /** Whether a snapshot that is not completed, and so counts against the quota, is the disk's. */
    public boolean isPending() {
      return switch (this) {
        case APPLYING, COMPLETING -> true;
        case COMPLETED, GIVEN_BACK -> false;
      };
    }
  }

  /** Refuses a size that no disk has, and a child without its zeros. */
  public RunDisk {
    if (base != null && zerosLeftOut) {
      throw new InvalidMessageException(
          "disk " + diskId + " of " + runId + " has a base and leaves zero blocks out");
    }
    if (firstEpoch < 1 || firstEpoch > epoch || new DiskGeometry(sizeBytes).blockCount() < 1) {
      throw new InvalidMessageException(
          "disk " + diskId + " of " + runId + " has epoch " + epoch + ", size " + sizeBytes);
    }
  }

  /**
   * What the disk's segments differ from.
   *
   * @param digestListDigest segments carry it in their header
   */
  public record Base(SnapshotId snapshotId, String digestListKey, Digest digestListDigest) {}

  /**
   * The completed snapshot as derived from its receipts and its base.
   *
   * @param linear SHA-256 over the digests of the blocks that were written, ascending: with their
   *     number, what EBS checks
   * @param taken whether EBS has answered that it completes the snapshot
   */
  public record Completion(
      String digestListKey,
      Digest digestListDigest,
      Digest diskDigest,
      Digest linear,
      long blocksWritten,
      boolean taken) {}

  /**
   * The same disk in a later epoch: the same generation over the same base, from whose segments
   * nothing was put into the new snapshot yet.
   */
  public RunDisk restarted(int laterEpoch, SnapshotId laterSnapshot, Instant at) {
    return inEpoch(laterEpoch, laterSnapshot, at, State.APPLYING, null);
  }

  /** Whether there were epochs before of which the snapshot is to have what they had. */
  public boolean inherits() {
    return firstEpoch < epoch;
  }

  /** The disk in those epochs, the newest first: good for asking for their receipts. */
  List<RunDisk> earlierEpochs() {
    List<RunDisk> earlier = new ArrayList<>();
    for (int before = epoch - 1; before >= firstEpoch; before--) {
      earlier.add(inEpoch(before, snapshotId, startedAt, state, completion));
    }
    return earlier;
  }

  private RunDisk inEpoch(
      int another,
      SnapshotId itsSnapshot,
      Instant at,
      State itsState,
      @Nullable Completion itsCompletion) {
    return new RunDisk(
        runId,
        diskId,
        another,
        firstEpoch,
        generation,
        base,
        baseReason,
        sizeBytes,
        itsSnapshot,
        at,
        itsState,
        manifestKey,
        itsCompletion,
        rootDevice,
        diskNumber,
        label,
        zerosLeftOut);
  }

  /** Whether EBS has answered that it completes the snapshot. */
  public boolean isBeingCompleted() {
    return state == State.COMPLETING && completion != null && completion.taken();
  }

  /** What the run carries of the disk now. */
  public DiskDelta delta(EnvironmentName environment, JobId jobId) {
    return new DiskDelta(environment, jobId, runId, diskId, baseSnapshot(), generation);
  }

  /** The base's snapshot; null without a base. */
  public @Nullable SnapshotId baseSnapshot() {
    return base == null ? null : base.snapshotId();
  }

  /** The digest of the base's digest list as segments carry it. */
  public Digest baseDigestListDigest() {
    return base == null ? Digest.NEVER_WRITTEN : base.digestListDigest();
  }

  /** The disk's blocks and extents. */
  public DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }

  /** Label and id, for people. */
  public String named() {
    return label + " (" + diskId + ")";
  }

  /** An extent with its disk and its place, for people. */
  public String named(int extent) {
    long firstByte = extent * DiskGeometry.EXTENT_BYTES;
    long endByte = Math.min(firstByte + DiskGeometry.EXTENT_BYTES, sizeBytes);
    return String.format(
        Locale.ROOT,
        "disk %s, extent %d (bytes %d to %d)",
        named(),
        extent,
        firstByte,
        endByte - 1);
  }
}
