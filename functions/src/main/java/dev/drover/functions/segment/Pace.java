package dev.drover.functions.segment;

import dev.drover.functions.account.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Spreads what is done evenly over time, so that a rate is kept whatever each takes. It does not
 * make up for time in which nothing was done: a burst would be more than the rate.
 */
final class Pace {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Duration each;
  private final InstantSource clock;
  private final Pause pause;
  private Instant next = Instant.MIN;

  Pace(double perSecond, InstantSource clock, Pause pause) {
    this.each = Duration.ofNanos(Math.round(NANOS_PER_SECOND / perSecond));
    this.clock = clock;
    this.pause = pause;
  }

  /** Returns when the next may be done. One thread at a time. */
  void await() throws InterruptedException {
    Instant now = clock.instant();
    if (next.isAfter(now)) {
      pause.pause(Duration.between(now, next));
    } else {
      next = now;
    }
    next = next.plus(each);
  }
}
