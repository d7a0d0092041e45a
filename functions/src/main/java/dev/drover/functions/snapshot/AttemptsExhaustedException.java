package dev.drover.functions.snapshot;

import dev.drover.protocol.RunId;
import java.util.List;

/** A run was handed to connectors too often. */
public final class AttemptsExhaustedException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  AttemptsExhaustedException(RunId runId, int attempts, String lastError, List<String> troubles) {
    super(
        "run "
            + runId
            + " was handed to connectors "
            + attempts
            + " times without an end; the last time: "
            + lastError
            + (lastError.endsWith(".") ? " " : ". ")
            + (troubles.isEmpty()
                ? "See the connector's log, then start a run on demand."
                : String.join(" ", troubles) + " Then start a run on demand."));
  }
}
