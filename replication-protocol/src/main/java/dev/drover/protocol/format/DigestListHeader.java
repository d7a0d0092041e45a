package dev.drover.protocol.format;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.SnapshotId;
import org.jspecify.annotations.Nullable;

/**
 * What a digest list says of itself.
 *
 * @param snapshotId the completed snapshot whose blocks the list has
 * @param parent the snapshot that it is a child of; null when it has none
 */
public record DigestListHeader(
    SnapshotId snapshotId, @Nullable SnapshotId parent, DiskId diskId, long sizeBytes) {

  /** Refuses a size that no disk has. */
  public DigestListHeader {
    DiskGeometry.requireSize(sizeBytes);
  }

  public DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }
}
