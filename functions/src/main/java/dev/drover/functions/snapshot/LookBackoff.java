package dev.drover.functions.snapshot;

import dev.drover.functions.run.ReplicateRunLimits;

/**
 * When AwaitApplied looks again at the latest, since the last segment ends a wait: soon at first,
 * then every 30 s, and after half an hour, when a backlog is long, every 8 minutes: 240 waits are
 * then a day. The state machine counts the waits; all else follows from the count, so nothing is
 * remembered between looks.
 *
 * @param waits how many waits were before this look; those that a segment ended are not counted
 */
record LookBackoff(int waits) {
  private static final int FIRST_WAIT_SECONDS = 2;
  private static final int USUAL_WAIT_SECONDS = 30;
  private static final int LATE_WAIT_SECONDS = 480;

  /** The state machine waits no more after this look, so that it says what is wrong. */
  static final int LAST_LOOK = ReplicateRunLimits.MAX_WAITS;

  /** Waits of 2, 4, 8 and 16 s. */
  private static final int DOUBLINGS = 4;

  /** Half an hour: 30 s of doubling and 60 usual waits. */
  private static final int WAITS_BEFORE_LATE = DOUBLINGS + 60;

  private static final int SECONDS_A_MINUTE = 60;

  int waitSeconds() {
    if (waits < DOUBLINGS) {
      return FIRST_WAIT_SECONDS << waits;
    }
    return waits < WAITS_BEFORE_LATE ? USUAL_WAIT_SECONDS : LATE_WAIT_SECONDS;
  }

  /** How long was waited before this look, at least. */
  int waitedSeconds() {
    int doubled = Math.min(waits, DOUBLINGS);
    int whileDoubling = FIRST_WAIT_SECONDS * ((1 << doubled) - 1);
    int usual = Math.min(waits, WAITS_BEFORE_LATE) - doubled;
    int late = Math.max(waits - WAITS_BEFORE_LATE, 0);
    return whileDoubling + usual * USUAL_WAIT_SECONDS + late * LATE_WAIT_SECONDS;
  }

  /** Whether another minute has gone by since the look before this one. */
  boolean isNextMinute() {
    return waits > 0 && minutes() > new LookBackoff(waits - 1).minutes();
  }

  /**
   * Whether twice as many minutes have gone by as when this last held: 1, 2, 4, …, 1,024, so eleven
   * times in the day that a pass lasts.
   */
  boolean isNextDoubling() {
    return waits > 0
        && Integer.highestOneBit(minutes())
            > Integer.highestOneBit(new LookBackoff(waits - 1).minutes());
  }

  private int minutes() {
    return waitedSeconds() / SECONDS_A_MINUTE;
  }
}
