package dev.drover.connector.index;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;

/**
 * What a digest index says of itself. A run makes one snapshot per disk, so run and whole-disk
 * digest name the snapshot, whose id a connector does not learn before the next plan.
 */
record IndexHeader(RunId runId, DiskId diskId, long sizeBytes, Digest diskDigest) {
  IndexHeader {
    InvalidMessageException.requirePresent(runId, "runId");
    InvalidMessageException.requirePresent(diskId, "diskId");
    InvalidMessageException.requirePresent(diskDigest, "diskDigest");
    DiskGeometry.requireSize(sizeBytes);
  }

  DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }
}
