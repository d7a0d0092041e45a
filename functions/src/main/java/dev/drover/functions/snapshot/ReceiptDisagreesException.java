package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.Digest;
import org.jspecify.annotations.Nullable;

/** What is in EBS is not what the connector says it sent. */
public final class ReceiptDisagreesException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  ReceiptDisagreesException(
      RunDisk disk, int extent, @Nullable Digest applied, @Nullable Digest announced) {
    super(
        disk.named(extent)
            + ": "
            + (applied == null ? "nothing" : "segment " + applied)
            + " was applied, but the connector says that it sent "
            + (announced == null ? "nothing" : announced.hex())
            + ". No image is made. See who else writes below staging/, then start a run on"
            + " demand.");
  }
}
