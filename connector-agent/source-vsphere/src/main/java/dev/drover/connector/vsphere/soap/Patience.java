package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again until a deadline, first soon, then every two seconds. */
public final class Patience {
  private static final long FIRST_PAUSE_NANOS = 50_000_000;
  private static final long LONGEST_PAUSE_NANOS = 2_000_000_000;

  private final long end;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  public Patience(Duration deadline) {
    this.end = System.nanoTime() + deadline.toNanos();
  }

  /** Waits a while; false, at once, when the deadline is over. */
  public boolean pause() {
    long left = end - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    LockSupport.parkNanos(Math.min(left, pauseNanos));
    if (Thread.currentThread().isInterrupted()) {
      throw new SourceUnavailableException("The wait for vSphere was interrupted.", null);
    }
    pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    return true;
  }
}
