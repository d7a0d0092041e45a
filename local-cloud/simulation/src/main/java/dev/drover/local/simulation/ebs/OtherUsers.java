package dev.drover.local.simulation.ebs;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Whoever else uses the account, or tidies up in it: now and then they delete a snapshot that still
 * takes blocks, or EBS cancels it before its time, and for some minutes they have as many pending
 * snapshots as the account may.
 */
final class OtherUsers {
  private static final int ONE_SNAPSHOT_OF = 8;

  /** They live 1, 2, 4, … 1,024 s: some are gone before the first block, some before the last. */
  private static final int LIVES = 11;

  private static final int LONGEST_PAUSE_MINUTES = 4 * 60;
  private static final int LONGEST_USE_MINUTES = 40;

  private final Simulation simulation;
  private final SnapshotStore snapshots;
  private final int quota;
  private final RandomGenerator random;
  private int pending;

  OtherUsers(Simulation simulation, SnapshotStore snapshots, int quota) {
    this.simulation = simulation;
    this.snapshots = snapshots;
    this.quota = quota;
    this.random = simulation.newRandom();
  }

  /** From now on they are there. */
  void begin() {
    snapshots.whenStarted(this::started);
    next();
  }

  /** How many of the snapshots that the account may have pending are theirs. */
  int pending() {
    return pending;
  }

  private void started(EbsSnapshot snapshot) {
    if (random.nextInt(ONE_SNAPSHOT_OF) == 0) {
      simulation.after(Duration.ofSeconds(1L << random.nextInt(LIVES)), () -> takeAway(snapshot));
    }
  }

  private void takeAway(EbsSnapshot snapshot) {
    boolean isThere = snapshots.find(snapshot.id).isPresent();
    if (!isThere || snapshot.stage != EbsSnapshot.Stage.OPEN) {
      return;
    }
    if (random.nextBoolean()) {
      snapshots.delete(snapshot);
      simulation.trace().line("ebs", "somebody deletes " + snapshot.id);
    } else {
      snapshots.fail(snapshot, "It was cancelled");
    }
  }

  private void next() {
    simulation.after(
        Duration.ofMinutes(random.nextInt(5, LONGEST_PAUSE_MINUTES)),
        () -> {
          pending = quota;
          simulation.trace().line("ebs", "others have " + pending + " pending snapshots");
          simulation.after(
              Duration.ofMinutes(random.nextInt(1, LONGEST_USE_MINUTES)),
              () -> {
                pending = 0;
                simulation.trace().line("ebs", "others have no pending snapshot any more");
                next();
              });
        });
  }
}
