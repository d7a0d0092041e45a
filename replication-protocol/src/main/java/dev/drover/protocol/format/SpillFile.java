package dev.drover.protocol.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file for what has no room in memory. It is made when first needed and loses its name before its
 * first byte is written: it holds a volume's data, and so nobody else can open it and nothing of it
 * is left when the process ends, however it ends.
 */
final class SpillFile implements AutoCloseable {
  /** The JVM copies what it reads or writes outside the heap, and keeps that memory. */
  private static final int BYTES_AT_ONCE = 1 << 19;

  private final Path path;
  private @Nullable FileChannel channel;

  SpillFile(Path path) {
    this.path = path;
  }

  /** Writes at a place; the first place is 0. */
  void write(byte[] bytes, int lengthBytes, long offset) throws IOException {
    FileChannel target = offset == 0 ? open() : opened();
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.position() < lengthBytes) {
      int from = source.position();
      source.limit(Math.min(from + BYTES_AT_ONCE, lengthBytes));
      target.write(source, offset + from);
    }
  }

  /** The file's first bytes; each stream has a place of its own. */
  InputStream openStream(long lengthBytes) {
    return new Reading(opened(), lengthBytes);
  }

  /** Gives the room on the disk back. */
  void clear() throws IOException {
    if (channel != null && channel.isOpen()) {
      channel.truncate(0);
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  private FileChannel opened() {
    return Objects.requireNonNull(channel, "nothing was written");
  }

  /** Interrupting a thread closes the channel that it uses, so a closed one is opened anew. */
  private FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null || !open.isOpen()) {
      Files.createDirectories(path.toAbsolutePath().getParent());
      open =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      channel = open;
      Files.delete(path);
    }
    return open;
  }

  private static final class Reading extends InputStream {
    private final FileChannel source;
    private final long endBytes;
    private long positionBytes;

    Reading(FileChannel source, long endBytes) {
      this.source = source;
      this.endBytes = endBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (positionBytes == endBytes) {
        return -1;
      }
      int most = (int) Math.min(Math.min(length, BYTES_AT_ONCE), endBytes - positionBytes);
      int read = source.read(ByteBuffer.wrap(target, offset, most), positionBytes);
      if (read < 0) {
        throw new IOException("the file ends at byte " + positionBytes + " of " + endBytes);
      }
      positionBytes += read;
      return read;
    }
  }
}
