package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;

/** Extents that are staged were not applied in all the time that there is. */
public final class ExtentsNotAppliedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  ExtentsNotAppliedException(RunDisk disk, int extent, int waiting, int waits, String lastError) {
    super(
        "after "
            + waits
            + " waits "
            + waiting
            + (waiting == 1 ? " extent is" : " extents are")
            + " staged but not in EBS, the first: "
            + disk.named(extent)
            + ": "
            + lastError
            + ". See the segment function's log and the segment queue's dead-letter queue, then"
            + " start a run on demand.");
  }
}
