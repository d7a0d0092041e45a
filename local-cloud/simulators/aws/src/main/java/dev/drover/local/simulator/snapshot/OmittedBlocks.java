package dev.drover.local.simulator.snapshot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * What is read where no snapshot of an encrypted chain was ever written: noise, the same at each
 * reading.
 *
 * @see <a href="https://github.com/awslabs/coldsnap/issues/395">coldsnap issue 395</a>
 */
final class OmittedBlocks {
  private final long seed;

  OmittedBlocks(long seed) {
    this.seed = seed;
  }

  void fill(int blockIndex, byte[] into) {
    SplittableRandom random = new SplittableRandom(seed ^ (0x9E37_79B9_7F4A_7C15L * blockIndex));
    ByteBuffer buffer = ByteBuffer.wrap(into).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.remaining() >= Long.BYTES) {
      buffer.putLong(random.nextLong());
    }
  }
}
