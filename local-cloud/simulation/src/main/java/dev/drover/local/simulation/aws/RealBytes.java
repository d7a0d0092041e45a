package dev.drover.local.simulation.aws;

import dev.drover.protocol.DiskGeometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * How many bytes an object would have in life. The blocks of simulated disks repeat themselves and
 * so compress to nothing, and one stands for many.
 */
final class RealBytes {
  /** What zstd makes of a block in life is between a third and all of it. */
  private static final int BLOCK_SENT_BYTES = DiskGeometry.BLOCK_BYTES / 2;

  private static final String STAGING = "staging/";
  private static final String DIGESTS = "digests/";

  // A segment, as FORMAT.md has it.
  private static final byte[] MAGIC = {'D', 'R', 'V', 'R', 'S', 'E', 'G', 'M'};
  private static final int HEADER_LENGTH_AT = 12;
  private static final int ENTRY_COUNT_AT = 28;
  private static final int ENTRY_BYTES = 44;
  private static final int KIND_AT = 4;
  private static final int DATA = 1;

  private RealBytes() {}

  /**
   * Of an object.
   *
   * @param scale so many real blocks a simulated one stands for
   */
  static long of(String key, byte[] body, int scale) {
    if (!key.startsWith(STAGING) && !key.startsWith(DIGESTS)) {
      return body.length;
    }
    return scale * (body.length + (long) dataBlocks(body) * BLOCK_SENT_BYTES);
  }

  private static int dataBlocks(byte[] body) {
    if (!Arrays.equals(body, 0, Math.min(MAGIC.length, body.length), MAGIC, 0, MAGIC.length)) {
      return 0;
    }
    ByteBuffer segment = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    int table = segment.getInt(HEADER_LENGTH_AT);
    int data = 0;
    for (int entry = 0; entry < segment.getInt(ENTRY_COUNT_AT); entry++) {
      if (segment.getInt(table + entry * ENTRY_BYTES + KIND_AT) == DATA) {
        data++;
      }
    }
    return data;
  }
}
