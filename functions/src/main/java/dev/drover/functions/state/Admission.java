package dev.drover.functions.state;

import dev.drover.protocol.EnvironmentName;
import java.time.Instant;

/**
 * A run's place in the one line of the account: it waits for its turn, or holds what it was given.
 *
 * <p>Item {@code ADMISSION / RUN#<run>}; it is there from when the run is to start until nothing of
 * it is scarce any more.
 *
 * @param snapshots pending EBS snapshots that the run needs, one a disk; at least 1
 * @param first whether some disk is copied whole, which takes long
 * @param since when it began to wait
 * @param started whether the execution of a run that holds was started
 */
public record Admission(
    RunReference run,
    EnvironmentName environment,
    int snapshots,
    boolean first,
    Instant since,
    Phase phase,
    boolean started) {

  /** How far a run has come in the line. */
  public enum Phase {
    /** It has nothing yet, and no execution. */
    WAITING,
    /** It holds what it needs, and needs a slot of a connector, too. */
    UPLOADING,
    /** It holds what it needs; no connector is at work at it any more. */
    APPLYING
  }

  /** A run that begins to wait. */
  public static Admission waiting(
      RunReference run, EnvironmentName environment, int snapshots, boolean first, Instant since) {
    return new Admission(run, environment, snapshots, first, since, Phase.WAITING, false);
  }

  /** Whether what it needs is reserved. */
  public boolean holds() {
    return phase != Phase.WAITING;
  }
}
