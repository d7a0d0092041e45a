package dev.drover.connector.vsphere.vmdk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Disks for tests, and how they are read back. */
final class Disks {
  private static final int GRAIN = StreamWriter.GRAIN_BYTES;

  private Disks() {}

  /** Some grains of noise, some of text, many of zeros. */
  static byte[] mixed(int sizeBytes, long seed) {
    Random random = new Random(seed);
    byte[] disk = new byte[sizeBytes];
    for (int at = 0; at < sizeBytes; at += GRAIN) {
      int length = Math.min(GRAIN, sizeBytes - at);
      byte[] grain = new byte[length];
      switch (random.nextInt(4)) {
        case 0 -> random.nextBytes(grain);
        case 1 -> Arrays.fill(grain, (byte) random.nextInt());
        default -> {
          // Zeros.
        }
      }
      System.arraycopy(grain, 0, disk, at, length);
    }
    return disk;
  }

  static byte[] read(byte[] stream, int sizeBytes) throws IOException {
    return read(new ByteArrayInputStream(stream), sizeBytes);
  }

  /** What the stream leaves out is zeros. */
  static byte[] read(InputStream stream, int sizeBytes) throws IOException {
    byte[] disk = new byte[sizeBytes];
    long position = 0;
    try (StreamOptimizedReader reader = new StreamOptimizedReader(stream, sizeBytes)) {
      for (var grain = reader.next(); grain != null; grain = reader.next()) {
        if (grain.offsetBytes() < position) {
          throw new AssertionError("not ascending");
        }
        ByteBuffer data = grain.data();
        position = grain.offsetBytes() + data.remaining();
        data.get(disk, Math.toIntExact(grain.offsetBytes()), data.remaining());
      }
    }
    return disk;
  }
}
