package dev.drover.local.launcher.demo;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Real files of this machine, handed out once each. */
final class DemoFiles {
  private static final long DISK_BLOCK_BYTES = 4096;

  /** Where no plain content is, or what changes under our hands. */
  private static final Set<String> SKIPPED_FOLDERS =
      Set.of(".git", "target", "tmp", "logs", "cloud", "cdk.out", "function-archives");

  /** When a disk has its number of files, only large ones still bring it nearer to its size. */
  private static final long BIG_FILE_BYTES = 256 * 1024;

  /** How far the last file may go beyond the wanted size. */
  private static final long SLACK_BYTES = 1024 * 1024;

  private final Deque<Path> files = new ArrayDeque<>();

  /** Sources may lie in one another; a file is handed out once all the same. */
  private final Set<Path> known = new HashSet<>();

  private final Runnable beforeEach;

  /**
   * Takes the readable regular files below some folders, in that order.
   *
   * @param beforeEach is run before each copy, and ends it by throwing
   */
  DemoFiles(List<Path> sources, Runnable beforeEach) {
    this.beforeEach = beforeEach;
    for (Path source : sources) {
      if (Files.isDirectory(source)) {
        collect(source);
      }
    }
  }

  /**
   * Copies files into a tree until they take so many bytes of disk.
   *
   * @return how many files
   * @throws LocalCloudException if this machine has not enough of them
   */
  int fill(Path tree, long contentBytes, int maxFiles) throws IOException {
    long takenBytes = 0;
    int count = 0;
    Files.writeString(tree.resolve("notes.txt"), "This file will be replaced.\n");
    while (takenBytes < contentBytes) {
      Path file = files.poll();
      if (file == null) {
        throw new LocalCloudException(
            "This machine has too few files for the demo: " + takenBytes + " bytes found.");
      }
      try {
        long fileBytes = onDisk(Files.size(file));
        boolean tooSmall = count >= maxFiles - 1 && fileBytes < BIG_FILE_BYTES;
        if (tooSmall || takenBytes + fileBytes > contentBytes + SLACK_BYTES) {
          continue;
        }
        beforeEach.run();
        Path target = tree.resolve("files").resolve(Path.of("/").relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
        takenBytes += fileBytes;
        count++;
      } catch (NoSuchFileException e) {
        // Gone since it was listed: others work on this machine, too.
      }
    }
    return count;
  }

  private static long onDisk(long bytes) {
    return (bytes + DISK_BLOCK_BYTES - 1) / DISK_BLOCK_BYTES * DISK_BLOCK_BYTES;
  }

  private void collect(Path source) {
    try {
      Files.walkFileTree(
          source,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = String.valueOf(folder.getFileName());
              return SKIPPED_FOLDERS.contains(name) || name.startsWith("demo-")
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && Files.isReadable(file) && known.add(file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot list the files below " + source + ": " + Reason.of(e, source), e);
    }
  }
}
