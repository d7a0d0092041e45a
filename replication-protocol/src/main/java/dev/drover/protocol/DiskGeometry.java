package dev.drover.protocol;

/**
 * How a disk falls into blocks and extents.
 *
 * <p>A block is EBS's unit. An extent is a fixed stretch of disk address: extent <i>k</i> always
 * covers the blocks [128 k, 128 k + 128), whatever changed, so that a retry can say what is missing
 * by number.
 *
 * @param sizeBytes the disk's size; it need not be a multiple of anything
 */
public record DiskGeometry(long sizeBytes) {
  /**
   * 512 KiB, the only block size of the EBS direct APIs.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html">StartSnapshot</a>
   */
  public static final int BLOCK_BYTES = 524_288;

  /** Blocks in an extent: the receipt of a whole extent then fits one small table item (4 KiB). */
  public static final int BLOCKS_PER_EXTENT = 128;

  /** 64 MiB of disk address. */
  public static final long EXTENT_BYTES = (long) BLOCK_BYTES * BLOCKS_PER_EXTENT;

  /** 64 TiB, the largest EBS volume (65,536 GiB in StartSnapshot). */
  public static final long MAX_DISK_BYTES = 1L << 46;

  /** The digest of a block that holds only zeros. */
  public static final Digest ZERO_BLOCK = Digest.of(new byte[BLOCK_BYTES]);

  private static final long GIB = 1L << 30;

  /** Refuses an empty disk and one that no EBS volume can hold. */
  public DiskGeometry {
    requireSize(sizeBytes);
  }

  /** Refuses a size that no disk has. */
  public static void requireSize(long sizeBytes) {
    InvalidMessageException.require(
        sizeBytes > 0 && sizeBytes <= MAX_DISK_BYTES,
        "a disk has 1 to " + MAX_DISK_BYTES + " bytes, not " + sizeBytes);
  }

  /** Blocks that hold the disk; the last one is padded with zeros. At most 2^27. */
  public int blockCount() {
    return Math.toIntExact(Math.ceilDiv(sizeBytes, (long) BLOCK_BYTES));
  }

  /** Extents that hold the disk; the last one may be shorter. At most 2^20. */
  public int extentCount() {
    return Math.ceilDiv(blockCount(), BLOCKS_PER_EXTENT);
  }

  /** Index of an extent's first block. */
  public int firstBlock(int extent) {
    requireExtent(extent);
    return extent * BLOCKS_PER_EXTENT;
  }

  /** Number of blocks in an extent: 128, or fewer in the last one. */
  public int blocksIn(int extent) {
    return Math.min(BLOCKS_PER_EXTENT, blockCount() - firstBlock(extent));
  }

  /** Disk bytes in a block: 512 KiB, or fewer in the last one. */
  public int bytesInBlock(int block) {
    return Math.toIntExact(Math.min(BLOCK_BYTES, sizeBytes - (long) block * BLOCK_BYTES));
  }

  /** Size of the smallest volume that holds the disk. What lies behind the disk is not written. */
  public int volumeGib() {
    return Math.toIntExact(Math.ceilDiv(sizeBytes, GIB));
  }

  /** The extent that covers a block. */
  public static int extentOf(int block) {
    return block / BLOCKS_PER_EXTENT;
  }

  private void requireExtent(int extent) {
    InvalidMessageException.require(
        extent >= 0 && extent < extentCount(),
        "extent " + extent + " is outside a disk of " + extentCount() + " extents");
  }
}
