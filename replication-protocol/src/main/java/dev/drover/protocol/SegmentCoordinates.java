package dev.drover.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Where a segment belongs. The same words stand in its key and in its header; a segment whose
 * header disagrees with its key is refused.
 *
 * @param base the completed snapshot that its blocks differ from; null when there is none
 * @param extent number of the 64 MiB stretch of the disk, from 0
 */
public record SegmentCoordinates(
    EnvironmentName environment,
    JobId jobId,
    RunId runId,
    DiskId diskId,
    @Nullable SnapshotId base,
    Generation generation,
    int extent) {

  /** Refuses an extent that no disk has. */
  public SegmentCoordinates {
    InvalidMessageException.require(
        extent >= 0 && extent < DiskGeometry.MAX_DISK_BYTES / DiskGeometry.EXTENT_BYTES,
        "extent " + extent + " is on no disk");
  }

  /** The base in keys and headers: its id, or {@code none}. */
  public String baseText() {
    return ObjectKeys.baseText(base);
  }
}
