package dev.drover.connector.config;

import java.nio.file.Path;

/** Where the servers are. */
public sealed interface SourceConfig {
  /**
   * A folder of disk images.
   *
   * @param directory holds one sub-folder per server
   */
  record Folder(Path directory) implements SourceConfig {}
}
