package dev.drover.local.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder for what connectors keep, that is gone with its owner, also when the process is
 * interrupted. It is in memory where there is such a file system: journals are forced to their disk
 * at every step.
 */
final class ScratchFolder implements AutoCloseable {
  /** With the process, so that one tells its own from those of others. */
  static final String PREFIX = "drover-simulate-" + ProcessHandle.current().pid() + "-";

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path path;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "remove-folder");
  private volatile @Nullable Runnable stop;

  ScratchFolder() throws IOException {
    Path shared = Path.of("/dev/shm");
    Path parent = Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    path = Files.createTempDirectory(parent, PREFIX);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Path path() {
    return path;
  }

  /** What makes the owner end soon, so that nobody writes when the folder goes. */
  void onInterrupt(Runnable runnable) {
    stop = runnable;
  }

  private void interrupted() {
    Runnable ending = stop;
    if (ending != null) {
      ending.run();
    }
    try {
      if (!closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        delete();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    delete();
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs already, and waits for nothing but this.
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + path, e);
    }
  }
}
