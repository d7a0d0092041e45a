package dev.drover.functions.snapshot;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.Table;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;

/** A run that is at work, with its job. */
record ActiveRun(Job job, Run run) {
  static ActiveRun find(Table table, JobId jobId, RunId runId) {
    Run run =
        Run.find(table, jobId, runId)
            .filter(found -> found.state() == Run.State.ACTIVE)
            .orElseThrow(() -> new RunNotActiveException(runId));
    Job job = Job.find(table, jobId).orElseThrow(() -> new RunNotActiveException(runId));
    return new ActiveRun(job, run);
  }
}
