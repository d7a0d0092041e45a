package dev.drover.protocol.message;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
import dev.drover.protocol.format.ExtentBitmap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a connector is to do in one attempt at a run. Only the cloud writes plans.
 *
 * @param bandwidthBytesPerSecond limit of what the run uploads; null: none
 * @param zeroPolicy of the disks that are sent without a base
 * @param quiesce whether the guest is to be brought to rest for the VM snapshot
 * @param disks a disk that is not named here has no base
 */
public record ReplicationPlan(
    int version,
    EnvironmentName environment,
    JobId jobId,
    RunId runId,
    int attempt,
    int pass,
    ServerId serverId,
    String vmId,
    boolean quiesce,
    @Nullable Long bandwidthBytesPerSecond,
    ZeroPolicy zeroPolicy,
    List<Disk> disks) {

  /** Refuses a plan with a part missing. */
  public ReplicationPlan {
    MessageJson.requireVersion(version, "a plan");
    InvalidMessageException.requirePresent(environment, "environment");
    InvalidMessageException.requirePresent(jobId, "jobId");
    InvalidMessageException.requirePresent(runId, "runId");
    InvalidMessageException.require(attempt >= 1, "attempt is " + attempt);
    InvalidMessageException.require(pass >= 1, "pass is " + pass);
    InvalidMessageException.requirePresent(serverId, "serverId");
    InvalidMessageException.requirePresent(vmId, "vmId");
    InvalidMessageException.requirePresent(zeroPolicy, "zeroPolicy");
    InvalidMessageException.require(
        bandwidthBytesPerSecond == null || bandwidthBytesPerSecond > 0,
        "bandwidthBytesPerSecond is " + bandwidthBytesPerSecond);
    disks = List.copyOf(InvalidMessageException.requirePresent(disks, "disks"));
  }

  /** The hand-over that the plan is of. */
  public RunAttempt run() {
    return new RunAttempt(jobId, runId, attempt);
  }

  /** What the plan says of a disk. */
  public Optional<Disk> disk(DiskId diskId) {
    return disks.stream().filter(disk -> disk.diskId().equals(diskId)).findFirst();
  }

  /**
   * What the plan says of one disk.
   *
   * @param base the completed snapshot to differ from; null: everything is sent
   * @param baseReason why there is no base, for people; null when there is one
   * @param rebuildIndex whether a local index of the base is not to be trusted
   * @param generation the generation that {@code durableExtentsKey} speaks of
   * @param durableExtentsKey key of an {@link ExtentBitmap}: extents that are staged or applied
   *     already, in that generation and against that base
   * @param sendAgain extents that are to be sent although they may have been sent before
   * @param writtenExtentsKeys prefix of the keys of {@link
   *     dev.drover.protocol.format.WrittenExtents}: what the disk's snapshot holds of this run, by
   *     whatever generation; null: nothing
   * @param writtenGroups numbers of the groups that have one
   */
  public record Disk(
      DiskId diskId,
      @Nullable Base base,
      @Nullable String baseReason,
      boolean rebuildIndex,
      ReadMode readMode,
      @Nullable Generation generation,
      @Nullable String durableExtentsKey,
      List<Integer> sendAgain,
      @Nullable String writtenExtentsKeys,
      List<Integer> writtenGroups) {

    /** A disk of whose snapshot this run has written nothing yet. */
    public Disk(
        DiskId diskId,
        @Nullable Base base,
        @Nullable String baseReason,
        boolean rebuildIndex,
        ReadMode readMode,
        @Nullable Generation generation,
        @Nullable String durableExtentsKey,
        List<Integer> sendAgain) {
      this(
          diskId,
          base,
          baseReason,
          rebuildIndex,
          readMode,
          generation,
          durableExtentsKey,
          sendAgain,
          null,
          List.of());
    }

    /** Refuses a disk with a part missing. */
    public Disk {
      InvalidMessageException.requirePresent(diskId, "diskId");
      InvalidMessageException.requirePresent(readMode, "readMode");
      InvalidMessageException.require(
          (generation == null) == (durableExtentsKey == null),
          "generation and durableExtentsKey come together");
      sendAgain = List.copyOf(InvalidMessageException.requirePresent(sendAgain, "sendAgain"));
      // A plan of before has none.
      writtenGroups = writtenGroups == null ? List.of() : List.copyOf(writtenGroups);
      InvalidMessageException.require(
          writtenGroups.isEmpty() || writtenExtentsKeys != null,
          "writtenGroups come with writtenExtentsKeys");
    }
  }

  /**
   * The completed snapshot that a disk's next one is a child of.
   *
   * @param runId the run that made it
   * @param digestListKey key of its digest list
   * @param digestListDigest digest of that list
   * @param diskDigest whole-disk digest of the snapshot: a local index that has it describes it
   * @param sizeBytes size of the disk at that time
   */
  public record Base(
      SnapshotId snapshotId,
      RunId runId,
      String digestListKey,
      Digest digestListDigest,
      Digest diskDigest,
      long sizeBytes) {

    /** Refuses a base with a part missing. */
    public Base {
      InvalidMessageException.requirePresent(snapshotId, "base.snapshotId");
      InvalidMessageException.requirePresent(runId, "base.runId");
      InvalidMessageException.requirePresent(digestListKey, "base.digestListKey");
      InvalidMessageException.requirePresent(digestListDigest, "base.digestListDigest");
      InvalidMessageException.requirePresent(diskDigest, "base.diskDigest");
      DiskGeometry.requireSize(sizeBytes);
    }
  }
}
