package dev.drover.connector.source.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.StreamContent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** The bytes of whole disks: made up, read as the port says, compared. */
final class DiskBytes {
  /** A multiple of nothing, so that ranges begin and end anywhere. */
  private static final int PIECE_BYTES = 70_001;

  /** What was in the buffer before must not shine through. */
  private static final byte OLD = 0x55;

  private DiskBytes() {}

  static byte[] random(int sizeBytes, long seed) {
    byte[] disk = new byte[sizeBytes];
    new Random(seed + sizeBytes).nextBytes(disk);
    return disk;
  }

  static void assertReads(DiskContent content, byte[] disk) {
    assertThat(Arrays.mismatch(disk, readAll(content, disk.length))).isEqualTo(-1);
  }

  static byte[] readAll(DiskContent content, int sizeBytes) {
    return switch (content) {
      case RangeContent ranges -> readRanges(ranges, sizeBytes);
      case StreamContent stream -> readPass(stream, sizeBytes);
    };
  }

  private static byte[] readRanges(RangeContent ranges, int sizeBytes) {
    byte[] disk = new byte[sizeBytes];
    byte[] piece = new byte[PIECE_BYTES];
    for (int at = 0; at < sizeBytes; at += PIECE_BYTES) {
      int lengthBytes = Math.min(PIECE_BYTES, sizeBytes - at);
      Arrays.fill(piece, OLD);
      ranges.read(at, piece, lengthBytes);
      System.arraycopy(piece, 0, disk, at, lengthBytes);
    }
    return disk;
  }

  private static byte[] readPass(StreamContent stream, int sizeBytes) {
    byte[] disk = new byte[sizeBytes];
    int position = 0;
    try (DiskStream pass = stream.open()) {
      for (DiskStream.Stretch at = pass.next(); at != null; at = pass.next()) {
        ByteBuffer data = at.data();
        int lengthBytes = data.remaining();
        assertThat(at.offsetBytes())
            .as("ascending, without overlap")
            .isGreaterThanOrEqualTo(position);
        assertThat(at.offsetBytes() + lengthBytes).as("inside").isLessThanOrEqualTo(sizeBytes);
        data.get(disk, Math.toIntExact(at.offsetBytes()), lengthBytes);
        position = Math.toIntExact(at.offsetBytes()) + lengthBytes;
      }
    }
    return disk;
  }
}
