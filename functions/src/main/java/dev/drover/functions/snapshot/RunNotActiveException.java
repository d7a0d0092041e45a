package dev.drover.functions.snapshot;

import dev.drover.protocol.RunId;

/** A run is not there or has ended; whoever works at it stops. */
public final class RunNotActiveException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  RunNotActiveException(RunId runId) {
    super("run " + runId + " is not at work any more");
  }

  RunNotActiveException(RunId runId, String execution) {
    super("run " + runId + " is not this execution's any more: " + execution + " has it");
  }
}
