package dev.drover.protocol;

import java.util.function.Consumer;

/**
 * The whole-disk digest, in one pass over all block digests in order: blocks → extent → disk. Two
 * levels, so that a disagreement names the extent and not only the disk.
 */
public final class DiskDigester {
  private final Consumer<Digest> extentDigests;
  private final DigestChain disk = new DigestChain();
  private final DigestChain extent = new DigestChain();
  private int blocksInExtent;

  /**
   * Starts at block 0.
   *
   * @param extentDigests is given each extent's digest, in order
   */
  public DiskDigester(Consumer<Digest> extentDigests) {
    this.extentDigests = extentDigests;
  }

  /** Appends the digest of the next block. */
  public void addBlock(Digest block) {
    extent.add(block);
    blocksInExtent++;
    if (blocksInExtent == DiskGeometry.BLOCKS_PER_EXTENT) {
      endExtent();
    }
  }

  /** The disk's digest. The last extent may hold fewer blocks than the others. */
  public Digest finish() {
    if (blocksInExtent > 0) {
      endExtent();
    }
    return disk.finish();
  }

  private void endExtent() {
    Digest digest = extent.finish();
    extentDigests.accept(digest);
    disk.add(digest);
    blocksInExtent = 0;
  }
}
