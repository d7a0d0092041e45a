package dev.drover.connector.stop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks a piece of work to end. Work looks at it between blocks and waits on it instead of sleeping.
 * Threads are not interrupted, because an interrupt would close the files that they read.
 */
public final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Asks; may be called more than once. */
  public void stop() {
    stopped.countDown();
  }

  /** Whether anyone asked. */
  public boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Goes on or not.
   *
   * @throws StoppedException when someone asked to stop
   */
  public void check() {
    if (isStopped()) {
      throw new StoppedException();
    }
  }

  /**
   * Waits.
   *
   * @throws StoppedException as soon as someone asks to stop
   */
  public void pause(Duration duration) {
    if (await(duration)) {
      throw new StoppedException();
    }
  }

  /** Waits at most so long for someone to ask; returns whether someone did. */
  public boolean await(Duration atMost) {
    try {
      return stopped.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
