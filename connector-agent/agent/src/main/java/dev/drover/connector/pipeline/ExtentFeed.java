package dev.drover.connector.pipeline;

import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.StreamContent;
import dev.drover.protocol.DiskGeometry;
import java.util.Optional;

/**
 * Hands a disk's extents to workers, each extent to one. A worker claims an extent, reads its
 * blocks in ascending order and releases it; how many may do that at once is the content's nature.
 */
sealed interface ExtentFeed extends AutoCloseable permits RangeFeed, StreamFeed {
  /** What {@link #claim} returns when all extents were handed out. */
  int NONE = -1;

  /** A disk's; empty when the source reads as many as it bears. */
  static Optional<ExtentFeed> of(DiskContent content, DiskGeometry geometry) {
    return switch (content) {
      case RangeContent ranges -> Optional.of(new RangeFeed(ranges, geometry));
      case StreamContent stream ->
          stream.openIfFree().map(opened -> new StreamFeed(opened, geometry));
    };
  }

  /** The next extent, or {@link #NONE}; then there is nothing to release. */
  int claim();

  /** Fills {@code target} with a block of the claimed extent, padded with zeros. */
  void readBlock(int block, byte[] target);

  /**
   * The end of the zeros that begin with a block of the claimed extent and need not be read, in
   * bytes of the disk; where the block begins, if nothing is known.
   */
  long zerosUntil(int block);

  /** The worker has read the extent's blocks, or gave up. */
  void release();

  /** Nobody claims any more, and whoever waits to claim ends: a reader does not come back. */
  void abandon();

  @Override
  void close();
}
