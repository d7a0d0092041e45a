package dev.drover.connector.config;

import java.nio.file.Path;

/** Where the servers are. */
public sealed interface SourceConfig {
  /** What and where, for people. */
  String description();

  /**
   * A folder of disk images.
   *
   * @param directory holds one sub-folder per server
   */
  record Folder(Path directory) implements SourceConfig {
    @Override
    public String description() {
      return "folder " + directory;
    }
  }
}
