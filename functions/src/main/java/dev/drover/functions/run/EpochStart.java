package dev.drover.functions.run;

import dev.drover.functions.account.RunSnapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.Run;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Starts the EBS snapshot that a disk of a run is written into in its next epoch. The same disk in
 * the same attempt finds the one that it started.
 */
public final class EpochStart {
  /** An epoch is used up only by a try that died between EBS and the table. */
  private static final int MAX_EPOCH_TRIES = 5;

  private final RunSnapshots snapshots;
  private final InstantSource clock;

  public EpochStart(RunSnapshots snapshots, InstantSource clock) {
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /**
   * The disk that is to be written.
   *
   * @param label the hypervisor's, or the image's file name
   * @param base the parent; null: none
   * @param zerosLeftOut whether it gets no blocks of zeros
   */
  public record Disk(
      DiskId diskId,
      String label,
      long sizeBytes,
      @Nullable SnapshotId base,
      boolean zerosLeftOut) {}

  /** What came of it. */
  public sealed interface Outcome {}

  /** The snapshot is pending, in that epoch; it was asked for then. */
  public record Started(SnapshotId snapshotId, int epoch, Instant at) implements Outcome {}

  /** The account has no room for another pending snapshot; for people, why. */
  public record NoRoom(String sentence) implements Outcome {}

  /**
   * EBS will not, now or later.
   *
   * @param sentence why, for people
   * @param details the same for the log
   */
  public record Refused(String sentence, String details) implements Outcome {}

  /**
   * Starts it.
   *
   * @param at the attempt that the run is at
   * @param firstEpoch the first that no snapshot of the disk had
   */
  public Outcome start(RunAttempt at, Run run, Disk disk, int firstEpoch) {
    for (int epoch = firstEpoch; epoch < firstEpoch + MAX_EPOCH_TRIES; epoch++) {
      RunSnapshots.Wish wish =
          new RunSnapshots.Wish(
              at,
              disk.diskId(),
              disk.label(),
              epoch,
              new DiskGeometry(disk.sizeBytes()),
              disk.base(),
              run.encrypted(),
              run.kmsKeyId(),
              disk.zerosLeftOut());
      switch (snapshots.start(wish)) {
        case RunSnapshots.Outcome.Started it -> {
          return new Started(it.snapshotId(), epoch, clock.instant());
        }
        case RunSnapshots.Outcome.NoRoom it -> {
          return new NoRoom(it.sentence());
        }
        case RunSnapshots.Outcome.Refused it -> {
          return new Refused(it.sentence(), it.details());
        }
        case RunSnapshots.Outcome.EpochUsed it -> {
          // The next one.
        }
      }
    }
    throw new TransientException(
        "disk " + disk.diskId() + " has used up " + MAX_EPOCH_TRIES + " epochs from " + firstEpoch);
  }

  /** Deletes a snapshot that came into no table. */
  public void discard(SnapshotId snapshotId) {
    snapshots.discard(snapshotId);
  }
}
