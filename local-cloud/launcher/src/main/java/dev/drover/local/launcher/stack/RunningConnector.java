package dev.drover.local.launcher.stack;

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
 */
public record RunningConnector(String connectorId, Process process, Path config, Path log) {
  /** A stop lets blocks in flight finish. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

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
