package dev.drover.functions.account;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SnapshotId;
import org.jspecify.annotations.Nullable;

/** Starts the EBS snapshots that a run writes into. */
public interface RunSnapshots {
  /**
   * The snapshot that is wanted.
   *
   * @param diskName the disk's own name, for example its file's
   * @param epoch counts the snapshots of a disk in a run
   * @param base the parent; null: none, and only then the encryption is the run's to choose
   * @param encrypted whether the run wants it encrypted
   * @param kmsKeyId id, alias or ARN; null: the account's default key
   * @param zerosLeftOut whether its zero blocks will not be written, so that it must not be
   *     encrypted
   */
  record Wish(
      RunAttempt run,
      DiskId diskId,
      String diskName,
      int epoch,
      DiskGeometry geometry,
      @Nullable SnapshotId base,
      boolean encrypted,
      @Nullable String kmsKeyId,
      boolean zerosLeftOut) {

    /**
     * Equal for the same epoch of a disk in the same attempt, so that a repetition finds the same
     * snapshot; another attempt's is another, because the first may have been discarded. 64
     * characters, as many as EBS takes.
     */
    public String clientToken() {
      return Digest.ofText(
              run.runId() + "/" + diskId + "/epoch " + epoch + "/attempt " + run.attempt())
          .hex();
    }
  }

  /** What became of the wish. */
  sealed interface Outcome {
    /** It is pending, now or since a first try. */
    record Started(SnapshotId snapshotId) implements Outcome {}

    /** A first try of this epoch asked for something else: take the next one. */
    record EpochUsed() implements Outcome {}

    /**
     * As many snapshots are pending as the account may have, whoever started them: there is room
     * again when one of them completes or goes.
     *
     * @param sentence for people
     */
    record NoRoom(String sentence) implements Outcome {}

    /**
     * It cannot be had; trying again does not help.
     *
     * @param sentence why, for people
     * @param details the same as AWS and the SDK say it, for the log
     */
    record Refused(String sentence, String details) implements Outcome {}
  }

  /**
   * Starts a snapshot; the same wish again finds the one that it started.
   *
   * @throws TransientException when EBS does not answer
   */
  Outcome start(Wish wish);

  /** Deletes a snapshot that nobody writes into any more; one that is gone is deleted already. */
  void discard(SnapshotId snapshotId);
}
