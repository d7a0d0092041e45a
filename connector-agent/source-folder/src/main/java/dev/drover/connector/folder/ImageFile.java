package dev.drover.connector.folder;

import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A raw image, open for reading. Each read is followed by a look at the file's stamp (some
 * microseconds against the millisecond that a block takes), so that an image that is written to or
 * replaced is found where it happens and not at the end of a long run.
 */
final class ImageFile implements RangeContent, AutoCloseable {
  private final Path file;
  private final ImageStamp stamp;
  private final FileChannel channel;
  private final FileHoles holes;

  private ImageFile(Path file, ImageStamp stamp, FileChannel channel) {
    this.file = file;
    this.stamp = stamp;
    this.channel = channel;
    this.holes = FileHoles.of(file, channel, stamp);
  }

  /**
   * Opens an image.
   *
   * @param before from when it was found to be one: what stands there now must still be the same
   */
  static ImageFile open(Path file, ImageStamp before) {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      try {
        if (!ImageStamp.of(file).equals(before)) {
          channel.close();
          throw new SourceChangedException(
              file + " was changed while it was opened: stop what writes to it.");
        }
        return new ImageFile(file, before, channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (AccessDeniedException e) {
      throw new SourceUnreadableException(
          file + " may not be read by this user: give the connector's user the right to.", e);
    } catch (NoSuchFileException e) {
      throw new SourceChangedException(file + " is gone.");
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  ImageStamp stamp() {
    return stamp;
  }

  @Override
  public void read(long offsetBytes, byte[] target, int lengthBytes) {
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, lengthBytes);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offsetBytes + buffer.position()) < 0) {
          throw changed("became shorter");
        }
      }
    } catch (IOException e) {
      throw unavailable(file, e);
    }
    verifyUnchanged();
  }

  @Override
  public long zerosUntil(long offsetBytes) {
    long end = holes.dataFrom(offsetBytes);
    if (end > offsetBytes) {
      verifyUnchanged();
    }
    return end;
  }

  void verifyUnchanged() {
    try {
      if (!ImageStamp.of(file).equals(stamp)) {
        throw changed("was changed");
      }
    } catch (NoSuchFileException e) {
      throw changed("was removed");
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  @Override
  public void close() {
    try (holes) {
      channel.close();
    } catch (IOException e) {
      throw unavailable(file, e);
    }
  }

  private SourceChangedException changed(String how) {
    return new SourceChangedException(
        file + " " + how + " while it was read: stop what writes to it and start the run again.");
  }

  private static SourceUnavailableException unavailable(Path file, IOException e) {
    return new SourceUnavailableException(
        file + " could not be read (" + FileTrouble.reason(e) + "): check its storage.", e);
  }
}
