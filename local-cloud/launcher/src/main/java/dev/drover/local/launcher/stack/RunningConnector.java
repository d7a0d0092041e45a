package dev.drover.local.launcher.stack;

import dev.drover.local.launcher.cloud.Pause;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connector process of a cloud.
 *
 * @param connectorId as the API names it
 * @param process the JVM
 * @param config the file it was started with
 * @param log where its output goes, unless it goes to the terminal
 * @param logBegin where in that log its own output begins, in bytes
 */
public record RunningConnector(
    String connectorId, Process process, Path config, Path log, long logBegin) {
  /** A stop lets blocks in flight finish. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  /** Folders of people are read in a second; a share that sleeps takes longer. */
  private static final Duration LISTING_LIMIT = Duration.ofSeconds(30);

  private static final Duration LISTING_POLL = Duration.ofMillis(100);

  /**
   * What its source refuses, once it was read; after 30 s, or when it has ended, as far as known.
   */
  public RefusedServers awaitRefusedServers() {
    long deadline = System.nanoTime() + LISTING_LIMIT.toNanos();
    while (true) {
      boolean last = !process.isAlive() || System.nanoTime() > deadline;
      RefusedServers refused = RefusedServers.inLog(log, logBegin);
      if (refused.isListed() || last) {
        return refused;
      }
      Pause.interruptibly(LISTING_POLL);
    }
  }

  /** Ends it in order; kills it when that takes longer than 20 s. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** Ends it as a power cut would. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
