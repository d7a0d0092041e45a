package dev.drover.functions.account;

import dev.drover.protocol.Digest;
import dev.drover.protocol.SnapshotId;

/**
 * The writing half of the EBS direct APIs. A snapshot that takes no blocks is a {@link
 * SnapshotNotWritableException}; a block or a completion that EBS finds to be wrong is a {@link
 * RefusedException}.
 */
public interface SnapshotBlocks {
  /**
   * Puts one block. The same block again overwrites it, so a repetition is harmless.
   *
   * @param data 512 KiB; EBS compares them with {@code digest}
   */
  void put(SnapshotId snapshotId, int block, Digest digest, byte[] data);

  /**
   * Says that every block was put. EBS completes the snapshot some time later.
   *
   * @param blocksWritten number of distinct blocks put since the snapshot was started
   * @param linear SHA-256 over their digests in ascending order
   */
  void complete(SnapshotId snapshotId, long blocksWritten, Digest linear);
}
