package dev.drover.functions.staging;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Table;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.util.Map;

/** Promise 5: what a run staged is gone as soon as its snapshots are completed. */
final class PurgeStaging {
  private final Table table;
  private final StagedObjects purge;
  private final EventLog log;

  PurgeStaging(Table table, StagedObjects purge, EventLog log) {
    this.table = table;
    this.purge = purge;
    this.log = log;
  }

  /** What the state machine gives. */
  record Input(JobId jobId, RunId runId) {}

  /** How many objects were there. */
  record Output(long deletedObjects) {}

  Output purge(Input input) {
    long deleted =
        Job.find(table, input.jobId())
            .map(job -> purge.purge(job.environment(), input.jobId(), input.runId()))
            .orElse(0L);
    log.event("staging-purged", Map.of("runId", input.runId(), "objects", deleted));
    return new Output(deleted);
  }
}
