package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that an export writes until it is whole, {@code .drover-PID.part} beside its target.
 * Named by process: whatever else is called '.part' is not ours to overwrite or to remove.
 */
final class ExportPart {
  private static final Pattern NAME = Pattern.compile("\\.drover-([0-9]{1,10})\\.part");

  private ExportPart() {}

  static Path of(Path target) {
    return target.resolveSibling(".drover-" + ProcessHandle.current().pid() + ".part");
  }

  /** Removes what killed exports left in the target's folder; it is as large as their disks. */
  static void removeLeftBehind(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".drover-*.part")) {
      for (Path part : parts) {
        if (isLeftBehind(part)) {
          Files.deleteIfExists(part);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Somebody else's: the export itself says what it may not do in this folder.
    }
  }

  private static boolean isLeftBehind(Path part) {
    Matcher name = NAME.matcher(String.valueOf(part.getFileName()));
    if (!name.matches() || !Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    long pid = Long.parseLong(name.group(1));
    // One of our own number is of an earlier process: this one has not begun to write.
    return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
  }
}
