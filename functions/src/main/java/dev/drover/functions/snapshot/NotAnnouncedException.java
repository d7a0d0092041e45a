package dev.drover.functions.snapshot;

import dev.drover.protocol.Generation;
import dev.drover.protocol.RunId;

/** A connector sent disks of a generation that was not taken, or never announced. */
public final class NotAnnouncedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  NotAnnouncedException(RunId runId, Generation generation, String reason) {
    super("generation " + generation + " of run " + runId + " was not opened: " + reason);
  }
}
