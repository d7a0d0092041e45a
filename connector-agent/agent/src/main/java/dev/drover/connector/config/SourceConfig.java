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
   * @param allowWriters whether images are read that somebody has open for writing
   */
  record Folder(Path directory, boolean allowWriters) implements SourceConfig {
    @Override
    public String description() {
      return "folder " + directory;
    }
  }
}
