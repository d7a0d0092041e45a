package dev.drover.connector.task;

import dev.drover.connector.index.BaseUnreadableException;
import dev.drover.connector.index.DigestIndex;
import dev.drover.connector.index.IndexShelf;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.store.ObjectMissingException;
import dev.drover.connector.store.StoreRefusedException;
import dev.drover.protocol.Digest;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a disk is compared with: the plan's base, or nothing and the reason why. To send everything
 * is always right; to compare with what cannot be trusted never is.
 *
 * @param base null together with {@code index}: everything is sent
 * @param reason why the plan's base does not serve; null when it does
 */
record ChosenBase(
    ReplicationPlan.@Nullable Base base, @Nullable DigestIndex index, @Nullable String reason)
    implements AutoCloseable {

  static ChosenBase choose(
      CapturedDisk disk, ReplicationPlan.@Nullable Disk planned, IndexShelf shelf)
      throws IOException {
    ReplicationPlan.Base base = planned == null ? null : planned.base();
    if (planned == null || base == null) {
      shelf.discardAll(disk.diskId());
      return none(planned == null ? null : planned.baseReason());
    }
    if (base.sizeBytes() > disk.sizeBytes()) {
      shelf.discardAll(disk.diskId());
      return none(
          "the disk has shrunk from " + base.sizeBytes() + " to " + disk.sizeBytes() + " bytes");
    }
    try {
      return new ChosenBase(base, shelf.indexOf(disk.diskId(), base, planned.rebuildIndex()), null);
    } catch (BaseUnreadableException | ObjectMissingException | StoreRefusedException e) {
      // Without the right to list a bucket, S3 says "forbidden" of an object that is not there.
      return none("the base's digest list cannot be used: " + e.getMessage());
    }
  }

  /** The base's snapshot; null: everything is sent. */
  @Nullable SnapshotId snapshotId() {
    return base == null ? null : base.snapshotId();
  }

  /** The digest of the base's digest list as segments carry it. */
  Digest digestList() {
    return base == null ? Digest.NEVER_WRITTEN : base.digestListDigest();
  }

  @Override
  public void close() throws IOException {
    if (index != null) {
      index.close();
    }
  }

  private static ChosenBase none(@Nullable String reason) {
    return new ChosenBase(null, null, reason);
  }
}
