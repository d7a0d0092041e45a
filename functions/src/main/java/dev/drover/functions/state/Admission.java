package dev.drover.functions.state;

import dev.drover.protocol.EnvironmentName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run's place in the one line of the account: it waits for its turn, or holds what it was given.
 *
 * <p>Item {@code ADMISSION / RUN#<run>}; it is there from when the run is to start until nothing of
 * it is scarce any more.
 *
 * @param snapshots pending EBS snapshots that the run needs, one a disk; at least 1
 * @param first whether some disk is copied whole, which takes long
 * @param since when it began to wait, or to be kept
 * @param started whether the execution of a run that holds was started
 * @param applied of a run that is kept, how many segments are in its pending snapshots: what is put
 *     once more when these are given back
 * @param company with which others it is to begin; null: with none
 */
public record Admission(
    RunReference run,
    EnvironmentName environment,
    int snapshots,
    boolean first,
    Instant since,
    Phase phase,
    boolean started,
    long applied,
    @Nullable Company company) {

  /**
   * The servers of an application, which begin together.
   *
   * @param snapshots pending snapshots that all of them need that begin now
   * @param admittedAt when the run was let in; null while it waits
   */
  public record Company(AppId appId, int snapshots, @Nullable Instant admittedAt) {
    /** The same of a run that is let in. */
    public Company admitted(Instant now) {
      return new Company(appId, snapshots, now);
    }
  }

  /** How far a run has come in the line. */
  public enum Phase {
    /** It has nothing yet, and no execution. */
    WAITING,
    /** It holds what it needs, and needs a slot of a connector, too. */
    UPLOADING,
    /** It holds what it needs; no connector is at work at it any more. */
    APPLYING,
    /** It failed and holds its pending snapshots until it is resumed, or others need them. */
    KEPT,
    /** It is to be resumed and waits for a slot of a connector; its pending snapshots it holds. */
    RETURNING
  }

  /** A run that begins to wait. */
  public static Admission waiting(
      RunReference run, EnvironmentName environment, int snapshots, boolean first, Instant since) {
    return new Admission(run, environment, snapshots, first, since, Phase.WAITING, false, 0, null);
  }

  /** The same run, which is to begin with the others of its application. */
  public Admission with(Company others) {
    return new Admission(
        run, environment, snapshots, first, since, phase, started, applied, others);
  }

  /** Whether its pending snapshots are reserved. */
  public boolean holds() {
    return phase != Phase.WAITING;
  }

  /** Whether it waits for its turn. */
  public boolean waits() {
    return phase == Phase.WAITING || phase == Phase.RETURNING;
  }

  /** The same run in another phase; the execution of one that waits was not started. */
  public Admission in(Phase other) {
    return new Admission(
        run, environment, snapshots, first, since, other, started, applied, company);
  }

  /**
   * A run that failed and keeps its pending snapshots.
   *
   * @param segments that are applied in them
   */
  public Admission kept(long segments) {
    return new Admission(
        run, environment, snapshots, first, since, Phase.KEPT, started, segments, company);
  }
}
