package dev.drover.local.simulation.site;

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
public final class ScratchFolder implements AutoCloseable {
  /** With the process, so that one tells its own from those of others. */
  public static final String PREFIX = "drover-simulate-" + ProcessHandle.current().pid() + "-";

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path path;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "remove-folder");
  private volatile @Nullable Runnable stop;

  /** A new one. */
  public ScratchFolder() throws IOException {
    Path shared = Path.of("/dev/shm");
    Path parent = Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    path = Files.createTempDirectory(parent, PREFIX);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** What makes the owner end soon, so that nobody writes when the folder goes. */
  public void onInterrupt(Runnable runnable) {
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
    delete(path);
  }

  /** Removes a folder and all that is in it; one that is not there is removed already. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
