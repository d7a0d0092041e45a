package dev.drover.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Which of an extent's 128 blocks are meant.
 *
 * @param low blocks 0 … 63 of the extent, block 0 in the lowest bit
 * @param high blocks 64 … 127
 */
public record BlockBitmap(long low, long high) {
  public static final BlockBitmap EMPTY = new BlockBitmap(0, 0);

  /** Length in bytes, little-endian. */
  public static final int BYTES = 16;

  public static BlockBitmap ofBytes(byte[] bytes) {
    InvalidMessageException.require(
        bytes.length == BYTES, "a block bitmap has 16 bytes, not " + bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new BlockBitmap(buffer.getLong(), buffer.getLong());
  }

  /** The same with one more block. */
  public BlockBitmap with(int blockInExtent) {
    requireIndex(blockInExtent);
    return blockInExtent < Long.SIZE
        ? new BlockBitmap(low | 1L << blockInExtent, high)
        : new BlockBitmap(low, high | 1L << (blockInExtent - Long.SIZE));
  }

  public boolean contains(int blockInExtent) {
    requireIndex(blockInExtent);
    long word = blockInExtent < Long.SIZE ? low : high;
    return (word >>> (blockInExtent % Long.SIZE) & 1) == 1;
  }

  /** Number of blocks meant. */
  public int count() {
    return Long.bitCount(low) + Long.bitCount(high);
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(low)
        .putLong(high)
        .array();
  }

  private static void requireIndex(int blockInExtent) {
    if (blockInExtent < 0 || blockInExtent >= DiskGeometry.BLOCKS_PER_EXTENT) {
      throw new IndexOutOfBoundsException(blockInExtent);
    }
  }
}
