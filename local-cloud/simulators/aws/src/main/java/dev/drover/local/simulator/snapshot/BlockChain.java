package dev.drover.local.simulator.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * A snapshot's blocks and those of its ancestors, youngest first: the first link that wrote a block
 * is the one that a reader sees.
 */
final class BlockChain {
  private final List<Link> links;

  /** One snapshot's own blocks. */
  record Link(String snapshotId, BlockFile file) {}

  BlockChain(List<Link> links) {
    this.links = List.copyOf(links);
  }

  Optional<Link> writer(int blockIndex) {
    for (Link link : links) {
      // A parent may have been smaller: beyond its end it wrote nothing.
      long word = link.file().written().word(blockIndex / Long.SIZE);
      if ((word >>> (blockIndex % Long.SIZE) & 1) != 0) {
        return Optional.of(link);
      }
    }
    return Optional.empty();
  }

  /** The first block from {@code from} on that any link wrote, or -1. */
  int nextWritten(int from) {
    int words = links.getFirst().file().written().wordCount();
    long mask = -1L << (from % Long.SIZE);
    for (int word = from / Long.SIZE; word < words; word++) {
      long bits = wordOfAll(word) & mask;
      if (bits != 0) {
        return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
      }
      mask = -1L;
    }
    return -1;
  }

  private long wordOfAll(int word) {
    long bits = 0;
    for (Link link : links) {
      bits |= link.file().written().word(word);
    }
    return bits;
  }
}
