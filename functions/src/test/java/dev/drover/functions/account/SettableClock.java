package dev.drover.functions.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes when it is told to. */
public final class SettableClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-23T14:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  /** Goes on. */
  public void advance(Duration by) {
    now = now.plus(by);
  }
}
