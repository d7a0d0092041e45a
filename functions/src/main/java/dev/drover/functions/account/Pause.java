package dev.drover.functions.account;

import java.time.Duration;

/** How time is let pass. */
@FunctionalInterface
public interface Pause {
  /** Returns when that time has passed. */
  void pause(Duration time) throws InterruptedException;
}
