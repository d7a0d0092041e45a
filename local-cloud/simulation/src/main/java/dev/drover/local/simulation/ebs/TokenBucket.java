package dev.drover.local.simulation.ebs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Lets so many pass in a second, after a pause a few more. */
final class TokenBucket {
  private final InstantSource clock;
  private final EbsSettings.Rate rate;
  private double tokens;
  private Instant filled;

  TokenBucket(InstantSource clock, EbsSettings.Rate rate) {
    this.clock = clock;
    this.rate = rate;
    this.tokens = rate.burst();
    this.filled = clock.instant();
  }

  /** Whether there is a token; the next {@link #take} takes it. */
  boolean has() {
    Instant now = clock.instant();
    double gained =
        Duration.between(filled, now).toNanos()
            * (rate.perSecond() / Duration.ofSeconds(1).toNanos());
    tokens = Math.min(rate.burst(), tokens + gained);
    filled = now;
    return tokens >= 1;
  }

  /** Takes a token that is there. */
  void take() {
    tokens--;
  }
}
