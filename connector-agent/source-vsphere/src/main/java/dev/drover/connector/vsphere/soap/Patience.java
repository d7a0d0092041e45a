package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again until a deadline, first soon, then ever later. */
public final class Patience {
  private static final long FIRST_PAUSE_NANOS = 50_000_000;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final long end;
  private final long longestPauseNanos;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  /** For what costs nobody anything: it looks every two seconds. */
  public Patience(Duration deadline) {
    this(deadline, LONGEST_PAUSE);
  }

  public Patience(Duration deadline, Duration longestPause) {
    this.end = System.nanoTime() + deadline.toNanos();
    this.longestPauseNanos = longestPause.toNanos();
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
    pauseNanos = Math.min(longestPauseNanos, pauseNanos * 2);
    return true;
  }
}
