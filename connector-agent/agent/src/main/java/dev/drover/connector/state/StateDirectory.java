package dev.drover.connector.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder that belongs to one connector process: journal of runs, digest indexes, the report
 * sequence, logs. It holds task tokens and volume data, so only its owner may look into it.
 */
public final class StateDirectory implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path directory;
  private final FileChannel lock;

  private StateDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Makes the folder if need be and takes it.
   *
   * @throws StateUnusableException when it cannot be this process's own
   * @throws IOException when another process has it
   */
  public static StateDirectory open(Path directory) throws IOException {
    new StateFolder(directory).take();
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (lock(channel) == null) {
      channel.close();
      throw new IOException(
          directory + " belongs to another connector process: stop it or choose another folder.");
    }
    return new StateDirectory(directory, channel);
  }

  /**
   * Makes a file in the folder and removes it, also while another process has the folder.
   *
   * @throws StateUnusableException when {@link #open} would throw it
   */
  public static void tryOut(Path directory) throws StateUnusableException {
    new StateFolder(directory).tryOut();
  }

  /** Journals of runs. */
  public Path runs() {
    return directory.resolve("runs");
  }

  /** What runs may hold on the site. */
  public Path held() {
    return directory.resolve("held");
  }

  /** Digest indexes. */
  public Path indexes() {
    return directory.resolve("index");
  }

  /** What has no room in memory while extents are in work. */
  public Path segments() {
    return directory.resolve("segments");
  }

  /** Log files. */
  public Path logs() {
    return directory.resolve("logs");
  }

  /** The last report's number. */
  public DurableFile sequence() {
    return new DurableFile(directory.resolve("sequence"));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
