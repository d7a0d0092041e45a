package dev.drover.local.simulation.ebs;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The digest of each block of a volume. Pages of blocks are shared with copies until one of them
 * writes, so that a long line of snapshots costs what changed.
 */
final class BlockTable {
  private static final int PAGE_BLOCKS = 128;

  private final Digest unwritten;
  private final Map<Integer, Digest[]> pages;
  private final BitSet unshared = new BitSet();

  /** Nothing is written yet; such a block has that digest. */
  BlockTable(Digest unwritten) {
    this(unwritten, new HashMap<>());
  }

  private BlockTable(Digest unwritten, Map<Integer, Digest[]> pages) {
    this.unwritten = unwritten;
    this.pages = pages;
  }

  /** From now on, what is written to one of the two is not seen in the other. */
  BlockTable copy() {
    unshared.clear();
    return new BlockTable(unwritten, new HashMap<>(pages));
  }

  void put(int block, Digest digest) {
    int page = block / PAGE_BLOCKS;
    // One object for all blocks of zeros: they are many.
    pageToWrite(page)[block % PAGE_BLOCKS] =
        digest.equals(DiskGeometry.ZERO_BLOCK) ? DiskGeometry.ZERO_BLOCK : digest;
  }

  Digest get(int block) {
    Digest[] page = pages.get(block / PAGE_BLOCKS);
    return page == null ? unwritten : page[block % PAGE_BLOCKS];
  }

  /** Adds each block's digest, as an object of its own for every put, without zeros. */
  void addTo(Set<Digest> found) {
    for (Digest[] page : pages.values()) {
      for (Digest digest : page) {
        if (!digest.equals(unwritten) && !digest.equals(DiskGeometry.ZERO_BLOCK)) {
          found.add(digest);
        }
      }
    }
  }

  private Digest[] pageToWrite(int number) {
    Digest[] page = pages.get(number);
    if (page == null) {
      page = new Digest[PAGE_BLOCKS];
      Arrays.fill(page, unwritten);
    } else if (!unshared.get(number)) {
      page = page.clone();
    } else {
      return page;
    }
    pages.put(number, page);
    unshared.set(number);
    return page;
  }
}
