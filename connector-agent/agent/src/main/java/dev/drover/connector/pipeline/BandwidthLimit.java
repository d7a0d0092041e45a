package dev.drover.connector.pipeline;

import dev.drover.connector.stop.StopSignal;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a run's uploads below a rate, on average. Each upload books its time on a line that all of
 * the run's workers share, and waits until its turn.
 */
public final class BandwidthLimit {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final @Nullable Long bytesPerSecond;
  private final LongSupplier nanoClock;
  private long freeAtNanos;

  /**
   * A limit.
   *
   * @param bytesPerSecond null: none
   * @param nanoClock as {@link System#nanoTime}
   */
  public BandwidthLimit(@Nullable Long bytesPerSecond, LongSupplier nanoClock) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoClock = nanoClock;
    this.freeAtNanos = nanoClock.getAsLong();
  }

  /** Waits until so many bytes may be sent. */
  void await(long bytes, StopSignal stop) {
    long waitNanos = bytesPerSecond == null ? 0 : book(bytes, bytesPerSecond);
    if (waitNanos > 0) {
      stop.pause(Duration.ofNanos(waitNanos));
    }
  }

  private synchronized long book(long bytes, long rate) {
    long now = nanoClock.getAsLong();
    long start = Math.max(now, freeAtNanos);
    freeAtNanos = start + Math.round((double) bytes / rate * NANOS_PER_SECOND);
    return start - now;
  }
}
