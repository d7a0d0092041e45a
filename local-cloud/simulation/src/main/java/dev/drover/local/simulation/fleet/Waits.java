package dev.drover.local.simulation.fleet;

import java.time.Duration;
import java.util.Arrays;

/** How long something took each time, in milliseconds. */
public final class Waits {
  private long[] millis = new long[64];
  private int count;

  void add(Duration duration) {
    if (count == millis.length) {
      millis = Arrays.copyOf(millis, 2 * count);
    }
    millis[count] = duration.toMillis();
    count++;
  }

  /** How often it happened. */
  public int count() {
    return count;
  }

  /**
   * What that part of them did not exceed; zero when there were none.
   *
   * @param part for example 0.95; 1: the worst
   */
  public Duration quantile(double part) {
    if (count == 0) {
      return Duration.ZERO;
    }
    long[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    int index = (int) Math.ceil(part * count) - 1;
    return Duration.ofMillis(sorted[Math.clamp(index, 0, count - 1)]);
  }
}
