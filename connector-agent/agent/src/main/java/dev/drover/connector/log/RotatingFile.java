package dev.drover.connector.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A log file that, when it is full, becomes the old one and begins anew: never more than two. */
public final class RotatingFile extends OutputStream {
  private static final long MAX_BYTES = 16 << 20;

  private final Path file;
  private OutputStream out;
  private long bytes;

  /** Appends to a file; its folder is made if need be. */
  public RotatingFile(Path file) throws IOException {
    this.file = file;
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    this.out = open(file);
    this.bytes = Files.size(file);
  }

  @Override
  public synchronized void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) throws IOException {
    out.write(source, offset, length);
    bytes += length;
    if (bytes > MAX_BYTES && source[offset + length - 1] == '\n') {
      rotate();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }

  private void rotate() throws IOException {
    out.close();
    Path old = file.resolveSibling(file.getFileName() + ".old");
    Files.move(file, old, StandardCopyOption.REPLACE_EXISTING);
    out = open(file);
    bytes = 0;
  }

  private static OutputStream open(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
