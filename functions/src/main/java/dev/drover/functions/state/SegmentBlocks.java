package dev.drover.functions.state;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.InvalidMessageException;
import java.util.List;

/**
 * What a segment writes, as CompleteSnapshot needs it.
 *
 * <p>Item {@code BLOCKS#<run>#<disk>#<epoch>#<group> / <extent>#<segment digest>}, at most 4.3 KB.
 * The segment's digest names its content, so whoever writes the item writes the same; and it counts
 * only where the extent's receipt says that this segment was applied.
 *
 * @param segmentDigest names the segment
 * @param written which blocks it carries
 * @param digests SHA-256 of each of them, ascending by block
 */
public record SegmentBlocks(Digest segmentDigest, BlockBitmap written, List<Digest> digests) {
  /** Refuses digests that are not one a block. */
  public SegmentBlocks {
    digests = List.copyOf(digests);
    if (digests.size() != written.count()) {
      throw new InvalidMessageException(
          "a segment has " + digests.size() + " digests for " + written.count() + " blocks");
    }
  }
}
