package dev.drover.local.simulator.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The disk that a volume made from a snapshot would be, or its first bytes. */
public final class RawImage {
  private final Snapshot snapshot;
  private final long lengthBytes;

  /**
   * @param lengthBytes from 0 to the size of the volume
   * @throws IllegalArgumentException when there are not so many
   */
  public RawImage(Snapshot snapshot, long lengthBytes) {
    if (lengthBytes < 0 || lengthBytes > sizeBytes(snapshot)) {
      throw new IllegalArgumentException(
          snapshot.id() + " has " + sizeBytes(snapshot) + " bytes, not " + lengthBytes);
    }
    this.snapshot = snapshot;
    this.lengthBytes = lengthBytes;
  }

  public static long sizeBytes(Snapshot snapshot) {
    return Blocks.offsetBytes(snapshot.blockCount());
  }

  public long lengthBytes() {
    return lengthBytes;
  }

  /** Writes every byte, zeros too. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] zeros = new byte[Blocks.BLOCK_BYTES];
    byte[] buffer = new byte[Blocks.BLOCK_BYTES];
    for (int i = 0; Blocks.offsetBytes(i) < lengthBytes; i++) {
      byte[] content = snapshot.read(i, buffer) ? buffer : zeros;
      out.write(content, 0, bytesOf(i));
    }
  }

  /** Writes a file that has holes where the disk has zeros, replacing what is there. */
  public void writeTo(Path file) throws IOException {
    byte[] buffer = new byte[Blocks.BLOCK_BYTES];
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(0);
      out.setLength(lengthBytes);
      for (int i = nextNotHole(0); i >= 0; i = nextNotHole(i + 1)) {
        if (snapshot.read(i, buffer)) {
          out.seek(Blocks.offsetBytes(i));
          out.write(buffer, 0, bytesOf(i));
        }
      }
    }
  }

  /** The next block within the image that can be anything but zeros, or -1. */
  private int nextNotHole(int from) throws IOException {
    // An encrypted snapshot has no holes: what was omitted reads as noise.
    int next = snapshot.encrypted() ? from : snapshot.nextWritten(from);
    return next >= 0 && Blocks.offsetBytes(next) < lengthBytes ? next : -1;
  }

  private int bytesOf(int blockIndex) {
    return (int) Math.min(Blocks.BLOCK_BYTES, lengthBytes - Blocks.offsetBytes(blockIndex));
  }
}
