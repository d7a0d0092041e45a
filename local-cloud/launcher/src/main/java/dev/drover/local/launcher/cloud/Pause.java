package dev.drover.local.launcher.cloud;

import java.time.Duration;

/** The one place that sleeps: between two looks at something outside this process. */
public final class Pause {
  private Pause() {}

  /**
   * Sleeps.
   *
   * @throws LocalCloudException if interrupted, with the thread's interrupt status set
   */
  public static void interruptibly(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while waiting.", e);
    }
  }

  /** Sleeps on through an interrupt, which is kept for the caller: cleaning up must not stop. */
  static void uninterruptibly(Duration duration) {
    boolean interrupted = Thread.interrupted();
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
