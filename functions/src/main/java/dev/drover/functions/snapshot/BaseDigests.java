package dev.drover.functions.snapshot;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.format.DigestListHeader;
import dev.drover.protocol.format.DigestListReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The block digests of a disk's base, from its digest list. They may be used before the list is
 * known to be sound, because what they give is compared with the manifest; {@link #isSound} tells
 * afterwards.
 */
final class BaseDigests implements DigestMerge.BlockDigests, AutoCloseable {
  private final RunDisk disk;
  private final ObjectStore.@Nullable Opened object;
  private final @Nullable DigestListReader list;

  private BaseDigests(
      RunDisk disk, ObjectStore.@Nullable Opened object, @Nullable DigestListReader list) {
    this.disk = disk;
    this.object = object;
    this.list = list;
  }

  /** Opens the digest list of the disk's base; without a base there is nothing to open. */
  static BaseDigests open(RunDisk disk, ObjectStore objects) throws IOException {
    RunDisk.Base base = disk.base();
    if (base == null) {
      return new BaseDigests(disk, null, null);
    }
    ObjectStore.Opened object =
        objects
            .open(base.digestListKey())
            .orElseThrow(() -> new DigestListTamperedException(disk, "is gone"));
    try {
      DigestListReader list = new DigestListReader(base.digestListKey(), object.body());
      requireOf(disk, base, list.header());
      return new BaseDigests(disk, object, list);
    } catch (UnknownVersionException e) {
      object.close();
      throw NewerVersionException.of(e);
    } catch (FormatException | InvalidMessageException e) {
      object.close();
      throw new DigestListTamperedException(disk, "cannot be read: " + e.getMessage());
    }
  }

  @Override
  public Digest next() throws IOException {
    if (disk.zerosLeftOut()) {
      // What nobody wrote into a snapshot without a base that is not encrypted, reads as zeros.
      return DiskGeometry.ZERO_BLOCK;
    }
    if (list == null || !list.hasNext()) {
      return Digest.NEVER_WRITTEN;
    }
    try {
      return list.next();
    } catch (FormatException e) {
      throw new DigestListTamperedException(disk, "cannot be read: " + e.getMessage());
    }
  }

  /** Whether the list, read to its end, is the one that was written with the base. */
  boolean isSound() throws IOException {
    RunDisk.Base base = disk.base();
    if (list == null || base == null) {
      return true;
    }
    try {
      return list.finish().equals(base.digestListDigest());
    } catch (FormatException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (object != null) {
      object.close();
    }
  }

  private static void requireOf(RunDisk disk, RunDisk.Base base, DigestListHeader header) {
    boolean same =
        header.snapshotId().equals(base.snapshotId())
            && header.diskId().equals(disk.diskId())
            && header.sizeBytes() <= disk.sizeBytes();
    if (!same) {
      throw new DigestListTamperedException(
          disk, "is of snapshot " + header.snapshotId() + ", disk " + header.diskId());
    }
  }
}
