package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;

/**
 * The snapshot that a run writes into is gone or can never be completed. The run can go on: what
 * was staged is put into another.
 */
public final class SnapshotLostException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  /** The same, after the disk's state says so: when the run goes on, it begins another epoch. */
  static SnapshotLostException recorded(State state, RunDisk disk, String what) {
    state.transaction().with(state.disks().giveBack(disk)).commit();
    return new SnapshotLostException(disk, what);
  }

  SnapshotLostException(RunDisk disk, String what) {
    super(
        "snapshot "
            + disk.snapshotId()
            + " of disk "
            + disk.named()
            + " "
            + what
            + ". Start a run on demand: it puts what was sent into a new snapshot.");
  }
}
