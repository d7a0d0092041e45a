package dev.drover.protocol.format;

import dev.drover.protocol.Digest;

/**
 * One block in a segment's table.
 *
 * @param block zero-based; {@code block * 512 KiB} is its place on the disk
 * @param kind whether the segment carries it
 * @param storedBytes length of its zstd frame; 0 where it has none
 * @param digest SHA-256 of the block's 512 KiB as they are to be on the volume
 */
public record SegmentEntry(int block, Kind kind, int storedBytes, Digest digest) {
  /** Where a block's content is. */
  public enum Kind {
    /** In its frame. */
    DATA,
    /** Nowhere: it holds only zeros. */
    ZERO,
    /** In the snapshot already, by the segment that this one follows. */
    KEPT
  }

  /** Whether the block holds only zeros and is to be written. */
  public boolean isZero() {
    return kind == Kind.ZERO;
  }

  /** Whether the snapshot has the block already. */
  public boolean isKept() {
    return kind == Kind.KEPT;
  }
}
