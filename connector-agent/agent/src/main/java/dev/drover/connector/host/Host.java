package dev.drover.connector.host;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Threads, and waiting for something or for time. All of the agent's threads and timed waits come
 * from here, so that a simulation can be the host of many agents and let time pass as it likes.
 */
public interface Host {
  /** This JVM: platform threads, because hashing and compressing would starve virtual ones. */
  Host JVM = new JvmHost();

  /** A thread that is not started yet; it does not keep the process from ending. */
  Thread thread(String name, Runnable body);

  /**
   * Waits for something, at most so long. An interrupted thread waits no longer, and stays
   * interrupted.
   *
   * @return whether it has happened
   */
  boolean await(CompletableFuture<?> event, Duration atMost);

  /** Time that only goes forward, see {@link System#nanoTime}. */
  long nanoTime();
}
