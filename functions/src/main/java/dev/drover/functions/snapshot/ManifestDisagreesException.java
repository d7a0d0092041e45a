package dev.drover.functions.snapshot;

import dev.drover.protocol.RunId;

/** What a connector says it sent is not what the run is about. */
public final class ManifestDisagreesException extends SnapshotFailure {
  private static final long serialVersionUID = 1L;

  ManifestDisagreesException(RunId runId, String complaint) {
    super(message(runId, complaint));
  }

  ManifestDisagreesException(RunId runId, String complaint, Throwable cause) {
    super(message(runId, complaint), cause);
  }

  private static String message(RunId runId, String complaint) {
    return "the connector's manifests of run "
        + runId
        + " cannot be used: "
        + complaint
        + ". Start a run on demand; if it happens again, see the connector's log.";
  }
}
