package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The one folder a cloud writes to.
 *
 * @param root the folder; {@code run/} holds what is needed to find the cloud again, {@code logs/}
 *     a file a process, {@code tmp/} the temporary files of every process, {@code data/} the blocks
 *     and objects
 */
public record CloudHome(Path root) {
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(5);
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);

  public Path run() {
    return root.resolve("run");
  }

  Path logs() {
    return root.resolve("logs");
  }

  public Path temporary() {
    return root.resolve("tmp");
  }

  /** A file a function. */
  public Path functionLogs() {
    return logs().resolve("functions");
  }

  Path data() {
    return root.resolve("data");
  }

  public Path log(String process) {
    return logs().resolve(process + ".log");
  }

  void create() {
    try {
      remove(run());
      remove(temporary());
      remove(data());
      remove(logs());
      for (Path folder : new Path[] {run(), logs(), temporary(), data()}) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot create the cloud's home " + root + ": " + Reason.of(e, root), e);
    }
  }

  /** Removes everything but the logs, which a person may still want to read. */
  public void removeAllButLogs() {
    removeWithPatience(run());
    removeWithPatience(temporary());
    removeWithPatience(data());
  }

  void copyLogs(Path folder) {
    try {
      remove(folder);
      Files.createDirectories(folder.getParent());
      copyTree(logs(), folder);
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot copy the logs to " + folder + ": " + Reason.of(e, folder), e);
    }
  }

  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  public void removeAll() {
    removeWithPatience(root);
  }

  /** Tries again for a while: what a thread of ours writes at this very moment comes too late. */
  private static void removeWithPatience(Path folder) {
    long deadline = System.nanoTime() + REMOVE_LIMIT.toNanos();
    while (true) {
      try {
        remove(folder);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new LocalCloudException("Cannot remove " + folder + ": " + Reason.of(e, folder), e);
        }
        Pause.uninterruptibly(RETRY_INTERVAL);
      }
    }
  }

  /** Removes a folder; files that vanish meanwhile are no error, links are not followed. */
  public static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
