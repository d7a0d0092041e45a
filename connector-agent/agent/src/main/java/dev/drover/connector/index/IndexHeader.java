package dev.drover.connector.index;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * What a digest index says of itself. A run makes one snapshot per disk, so run and whole-disk
 * digest name the snapshot, whose id a connector does not learn before the next plan.
 */
record IndexHeader(RunId runId, DiskId diskId, long sizeBytes, Digest diskDigest) {
  IndexHeader {
    requirePresent(runId, "runId");
    requirePresent(diskId, "diskId");
    requirePresent(diskDigest, "diskDigest");
    if (new DiskGeometry(sizeBytes).blockCount() < 1) {
      throw new InvalidMessageException("a disk has blocks");
    }
  }

  DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }

  private static void requirePresent(@Nullable Object value, String field) {
    if (value == null) {
      throw new InvalidMessageException(field + " is missing");
    }
  }
}
