package dev.drover.local.simulation.ebs;

import java.time.InstantSource;

/** The most that happened in any window of the clock. */
final class PeakRate {
  private final InstantSource clock;
  private final int windowSeconds;
  private long window;
  private int inWindow;
  private int most;

  PeakRate(InstantSource clock, int windowSeconds) {
    this.clock = clock;
    this.windowSeconds = windowSeconds;
  }

  void count() {
    long current = clock.instant().getEpochSecond() / windowSeconds;
    inWindow = current == window ? inWindow + 1 : 1;
    window = current;
    most = Math.max(most, inWindow);
  }

  int most() {
    return most;
  }
}
