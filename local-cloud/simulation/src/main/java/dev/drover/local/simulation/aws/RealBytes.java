package dev.drover.local.simulation.aws;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.format.SegmentReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How many bytes an object would have in life. The blocks of simulated disks repeat themselves and
 * so compress to nothing, and one stands for many.
 */
final class RealBytes {
  /** What zstd makes of a block in life is between a third and all of it. */
  private static final int BLOCK_SENT_BYTES = DiskGeometry.BLOCK_BYTES / 2;

  private static final String STAGING = "staging/";
  private static final String DIGESTS = "digests/";

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
    return scale * (body.length + dataBlocks(key, body) * BLOCK_SENT_BYTES);
  }

  /** None in what is no segment, or a broken one. */
  private static long dataBlocks(String key, byte[] body) {
    try {
      SegmentReader segment = new SegmentReader(key, new ByteArrayInputStream(body), body.length);
      return segment.carried().stream().filter(entry -> !entry.isZero()).count();
    } catch (FormatException | InvalidMessageException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be read", e);
    }
  }
}
