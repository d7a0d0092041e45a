package dev.drover.functions.snapshot;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;

/** A run that is at work, with its job. */
record ActiveRun(Job job, Run run) {
  static ActiveRun find(State state, RunReference reference) {
    Run run =
        state
            .runs()
            .find(reference)
            .filter(found -> found.state() == Run.State.ACTIVE)
            .orElseThrow(() -> new RunNotActiveException(reference.runId()));
    Job job =
        state
            .jobs()
            .find(reference.jobId())
            .orElseThrow(() -> new RunNotActiveException(reference.runId()));
    return new ActiveRun(job, run);
  }
}
