package dev.drover.local.simulator.snapshot;

/**
 * The geometry of a snapshot.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-elements.html">Concepts</a>
 */
public final class Blocks {
  /** EBS's only block size, 512 KiB. */
  public static final int BLOCK_BYTES = 524_288;

  public static final int BLOCKS_PER_GIB = (1 << 30) / BLOCK_BYTES;

  private Blocks() {}

  static long offsetBytes(int blockIndex) {
    return (long) blockIndex * BLOCK_BYTES;
  }
}
