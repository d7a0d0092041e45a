package dev.drover.local.simulation.ebs;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.SnapshotId;
import java.util.Objects;

/** What a volume that is made from a snapshot would hold, as far as digests tell; immutable. */
public final class SnapshotContent {
  private final SnapshotId snapshotId;
  private final int blockCount;
  private final BlockTable blocks;

  SnapshotContent(SnapshotId snapshotId, int blockCount, BlockTable blocks) {
    this.snapshotId = snapshotId;
    this.blockCount = blockCount;
    this.blocks = blocks;
  }

  /** The snapshot. */
  public SnapshotId snapshotId() {
    return snapshotId;
  }

  /** The volume's blocks: whole GiB, so mostly a few more than the disk's. */
  public int blockCount() {
    return blockCount;
  }

  /**
   * A block's digest. Where neither the snapshot nor an ancestor wrote, it is {@link
   * DiskGeometry#ZERO_BLOCK}, in an encrypted one {@link Digest#NEVER_WRITTEN}: what is read there
   * may be anything.
   *
   * @see <a href="https://github.com/awslabs/coldsnap/issues/395">coldsnap issue 395</a>
   */
  public Digest digest(int block) {
    return blocks.get(Objects.checkIndex(block, blockCount));
  }
}
