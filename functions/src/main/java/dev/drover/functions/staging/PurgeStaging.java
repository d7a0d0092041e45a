package dev.drover.functions.staging;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.util.Map;

/** Promise 5: what a run staged is gone as soon as its snapshots are completed. */
final class PurgeStaging {
  private final State state;
  private final StagedObjects purge;
  private final EventLog log;

  PurgeStaging(State state, StagedObjects purge, EventLog log) {
    this.state = state;
    this.purge = purge;
    this.log = log;
  }

  /** How many objects were there. */
  record Output(long deletedObjects) {}

  Output purge(RunReference run) {
    long deleted =
        state
            .jobs()
            .find(run.jobId())
            .map(job -> purge.purge(job.environment(), run.jobId(), run.runId()))
            .orElse(0L);
    log.event("staging-purged", Map.of("runId", run.runId(), "objects", deleted));
    return new Output(deleted);
  }
}
