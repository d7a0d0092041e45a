package dev.drover.protocol.format;

import dev.drover.protocol.Digest;

/**
 * One changed block in a segment's table.
 *
 * @param block zero-based; {@code block * 512 KiB} is its place on the disk
 * @param storedBytes length of its zstd frame; 0 for a zero block, which has no frame
 * @param digest SHA-256 of the block's 512 KiB as they are to be on the volume
 */
public record SegmentEntry(int block, int storedBytes, Digest digest) {
  /** Whether the block holds only zeros. */
  public boolean isZero() {
    return storedBytes == 0;
  }
}
