package dev.drover.functions.snapshot;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.util.Optional;

/** A run that is at work, with its job. */
record ActiveRun(Job job, Run run) {
  static ActiveRun find(State state, RunReference reference) {
    return findIfActive(state, reference)
        .orElseThrow(() -> new RunNotActiveException(reference.runId()));
  }

  static Optional<ActiveRun> findIfActive(State state, RunReference reference) {
    return state
        .runs()
        .find(reference)
        .filter(found -> found.state() == Run.State.ACTIVE)
        .flatMap(run -> state.jobs().find(reference.jobId()).map(job -> new ActiveRun(job, run)));
  }
}
