package dev.drover.protocol;

/**
 * Where a segment belongs. The same words stand in its key and in its header; a segment whose
 * header disagrees with its key is refused.
 *
 * @param extent number of the 64 MiB stretch of the disk, from 0
 */
public record SegmentCoordinates(DiskDelta delta, int extent) {

  /** Refuses an extent that no disk has. */
  public SegmentCoordinates {
    InvalidMessageException.requirePresent(delta, "delta");
    InvalidMessageException.require(
        extent >= 0 && extent < DiskGeometry.MAX_DISK_BYTES / DiskGeometry.EXTENT_BYTES,
        "extent " + extent + " is on no disk");
  }
}
