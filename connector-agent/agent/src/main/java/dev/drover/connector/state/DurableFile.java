package dev.drover.connector.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small file that holds either its old content or its new one, whatever happens in between.
 *
 * @param path where it is; its folder exists
 */
public record DurableFile(Path path) {
  /** More than any message has; a longer file is none of ours. */
  private static final int MAX_BYTES = 1 << 20;

  /** The content; empty when there is no file. */
  public Optional<byte[]> read() throws IOException {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new IOException(path + " has more than " + MAX_BYTES + " bytes");
      }
      return Optional.of(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Replaces the content; when this returns, it is on the disk. */
  public void write(byte[] content) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(path.getParent());
  }

  /** Removes the file, if there is one; when this returns, it is gone from the disk. */
  public void delete() throws IOException {
    Files.deleteIfExists(path);
    forceFolder(path.getParent());
  }

  /** A name is durable only when its folder is. */
  private static void forceFolder(@Nullable Path folder) throws IOException {
    if (folder != null) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
