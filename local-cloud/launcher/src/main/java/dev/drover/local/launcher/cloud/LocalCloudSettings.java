package dev.drover.local.launcher.cloud;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What a local cloud shall be.
 *
 * @param repository the checkout whose stack is deployed
 * @param home a folder of the cloud's own: its state, logs and temporary files; nothing is written
 *     elsewhere
 * @param lifetime whether the cloud ends with this process
 * @param progress gets one line for each thing done
 */
public record LocalCloudSettings(
    Repository repository, Path home, Lifetime lifetime, Consumer<String> progress) {

  public enum Lifetime {
    /** With the process that started it, however that ends; its home is removed. */
    THIS_PROCESS,
    /** The same, but its logs stay: what a failed test needs. */
    THIS_PROCESS_BUT_LOGS,
    /** When {@code ./drover down} ends it. */
    UNTIL_DOWN
  }

  public LocalCloudSettings {
    home = home.toAbsolutePath().normalize();
  }

  /** A cloud that ends with this process and leaves its logs: what a test wants. */
  public static LocalCloudSettings privateCloud(Path home) {
    return new LocalCloudSettings(
        Repository.containing(Path.of("")), home, Lifetime.THIS_PROCESS_BUT_LOGS, line -> {});
  }

  /** The same, telling its progress elsewhere. */
  public LocalCloudSettings withProgress(Consumer<String> other) {
    return new LocalCloudSettings(repository, home, lifetime, other);
  }
}
