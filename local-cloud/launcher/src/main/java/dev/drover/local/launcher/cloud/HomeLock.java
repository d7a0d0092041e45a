package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps two commands from changing one cloud at the same time; ends with the process. */
public final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a home.
   *
   * @throws LocalCloudException at once, if another command holds it
   */
  public static HomeLock take(CloudHome home) {
    Path file = home.root().resolve("lock");
    try {
      Files.createDirectories(home.root());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw new LocalCloudException(
            "Another drover command is changing the cloud in " + home.root() + ": wait for it.");
      }
      return new HomeLock(channel);
    } catch (IOException e) {
      throw new LocalCloudException("Cannot lock " + file + ": " + Reason.of(e, file), e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalCloudException("Cannot unlock the cloud's home: " + Reason.of(e), e);
    }
  }
}
