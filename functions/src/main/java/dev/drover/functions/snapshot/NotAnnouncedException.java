package dev.drover.functions.snapshot;

import dev.drover.protocol.Generation;
import dev.drover.protocol.RunId;

/** A connector sent disks of a generation that was never announced. */
public final class NotAnnouncedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  NotAnnouncedException(RunId runId, Generation generation) {
    super(
        "generation "
            + generation
            + " of run "
            + runId
            + " was sent, but the connector's report that it opened it never arrived. See the report queue's dead-letter queue.");
  }
}
