package dev.drover.functions.state;

import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.util.Map;

/** Names a run: the input of replicate-run and of each of its functions. */
public record RunReference(JobId jobId, RunId runId) {
  /** Refuses a reference with a part missing. */
  public RunReference {
    if (jobId == null || runId == null) {
      throw new InvalidMessageException("a run is named by jobId and runId: one is missing");
    }
  }

  /** The fields that every event about the run has. */
  public Map<String, Object> logFields() {
    return Map.of("jobId", jobId, "runId", runId);
  }
}
