package dev.drover.connector.source;

import dev.drover.protocol.Generation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a capture is found again by, after a restart too.
 *
 * @param createdAt the instant that the capture shows, in whole milliseconds
 * @param snapshotId the hypervisor's id of the VM snapshot; for a folder the hash over its images
 */
public record CaptureName(Instant createdAt, String snapshotId) {
  /** Cuts the time to what a generation's name can hold. */
  public CaptureName {
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The generation that this capture is. */
  public Generation generation() {
    return Generation.of(createdAt, snapshotId);
  }
}
