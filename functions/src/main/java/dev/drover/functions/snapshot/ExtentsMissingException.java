package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;

/** Extents of a disk did not arrive in any pass. */
public final class ExtentsMissingException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  ExtentsMissingException(RunDisk disk, int extent, int missing, int passes, String lastError) {
    super(
        "after "
            + passes
            + " passes "
            + missing
            + (missing == 1 ? " extent is missing: " : " extents are missing, the first: ")
            + disk.named(extent)
            + ": "
            + lastError
            + ". See that nothing but the connector writes below staging/ and that its machine's"
            + " memory is sound, then start a run on demand.");
  }
}
