package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What an export may write to, links followed; everything else is refused before it is opened. */
sealed interface ExportTarget {
  Path path();

  /** A file that is made, or replaced as a whole. */
  record ImageFile(Path path) implements ExportTarget {}

  /** A disk, which is overwritten in place. */
  record BlockDevice(Path path) implements ExportTarget {}

  /** What a name of the file system stands for, from the mode that stat(2) gives. */
  enum Kind {
    REGULAR_FILE(0100000, "file"),
    BLOCK_DEVICE(0060000, "block device"),
    FOLDER(0040000, "folder"),
    CHARACTER_DEVICE(0020000, "character device"),
    PIPE(0010000, "pipe"),
    SOCKET(0140000, "socket");

    private static final int TYPE_BITS = 0170000;
    private final int type;
    private final String text;

    Kind(int type, String text) {
      this.type = type;
      this.text = text;
    }

    static Kind ofMode(int mode) {
      for (Kind kind : values()) {
        if (kind.type == (mode & TYPE_BITS)) {
          return kind;
        }
      }
      throw new LocalCloudException("Not a kind of file: mode " + Integer.toOctalString(mode));
    }
  }

  /**
   * Decides.
   *
   * @param force whether what stands there may be lost
   * @throws LocalCloudException if nothing may be written there
   */
  static ExportTarget of(Path named, boolean force) {
    try {
      if (!Files.exists(named, LinkOption.NOFOLLOW_LINKS)) {
        Path folder = named.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
          throw new LocalCloudException("There is no folder " + folder + " to write to.");
        }
        return new ImageFile(named);
      }
      if (!Files.exists(named)) {
        throw new LocalCloudException(named + " is a link to what does not exist.");
      }
      Path path = named.toRealPath();
      ExportTarget target = of(path, Kind.ofMode((int) Files.getAttribute(path, "unix:mode")));
      if (!force) {
        throw new LocalCloudException(
            switch (target) {
              case ImageFile _ -> named + " exists; --force overwrites it.";
              case BlockDevice _ -> named + " is a block device; --force overwrites what is on it.";
            });
      }
      return target;
    } catch (IOException e) {
      throw new LocalCloudException("Cannot write to " + named + ": " + Reason.of(e, named), e);
    }
  }

  /** What a kind allows. */
  static ExportTarget of(Path path, Kind kind) {
    return switch (kind) {
      case REGULAR_FILE -> new ImageFile(path);
      case BLOCK_DEVICE -> new BlockDevice(path);
      case FOLDER, CHARACTER_DEVICE, PIPE, SOCKET ->
          throw new LocalCloudException(
              path
                  + " is a "
                  + kind.text
                  + "; a snapshot goes into a file or, with --force, over a block device.");
    };
  }
}
