package dev.drover.connector.source;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;

/**
 * A disk as it was at the capture.
 *
 * @param backingUuid what the disk's id was made of
 * @param label what a person calls the disk
 */
public record CapturedDisk(
    DiskId diskId, String backingUuid, String label, long sizeBytes, DiskContent content) {
  /** The disk's blocks and extents. */
  public DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }
}
