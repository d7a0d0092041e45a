package dev.drover.functions.snapshot;

import dev.drover.functions.state.RunDisk;

/** The base of a disk was deleted while a run rested on it. */
public final class BaseGoneException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  BaseGoneException(RunDisk disk) {
    super(
        "the base "
            + disk.baseSnapshot()
            + " of disk "
            + disk.named()
            + " was deleted while run "
            + disk.runId()
            + " rested on it. The next run sends the whole disk.");
  }
}
