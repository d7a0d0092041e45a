package dev.drover.functions.snapshot;

/**
 * When AwaitApplied looks again: soon at first, because most segments are applied while the upload
 * still runs, then every 30 s. The state machine counts the looks; all else follows from the count,
 * so nothing is remembered between them.
 *
 * @param waits how many waits were before this look
 */
record LookPlan(int waits) {
  private static final int FIRST_WAIT_SECONDS = 2;
  private static final int LONGEST_WAIT_SECONDS = 30;

  /** Waits of 2, 4, 8 and 16 s. */
  private static final int DOUBLINGS = 4;

  private static final int REPEAT_EVERY_SECONDS = 60;

  int waitSeconds() {
    return waits < DOUBLINGS ? FIRST_WAIT_SECONDS << waits : LONGEST_WAIT_SECONDS;
  }

  /** How long was waited before this look. */
  int waitedSeconds() {
    int doubled = Math.min(waits, DOUBLINGS);
    int whileDoubling = FIRST_WAIT_SECONDS * ((1 << doubled) - 1);
    return whileDoubling + (waits - doubled) * LONGEST_WAIT_SECONDS;
  }

  /** Whether another minute has gone by since the look before this one. */
  boolean repeatsEvents() {
    return waits > 0
        && waitedSeconds() / REPEAT_EVERY_SECONDS
            > new LookPlan(waits - 1).waitedSeconds() / REPEAT_EVERY_SECONDS;
  }
}
