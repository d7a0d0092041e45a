package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;

/** The snapshot that a run writes into is gone or can never be completed. */
public final class SnapshotLostException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  SnapshotLostException(RunDisk disk, String what) {
    super(
        "snapshot "
            + disk.snapshotId()
            + " of disk "
            + disk.named()
            + " "
            + what
            + ". Start a run on demand: it begins a new snapshot.");
  }
}
