package dev.drover.functions.run;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.EnvironmentName;
import java.time.Instant;
import java.time.InstantSource;

/** The first step of an execution: the run is at work, and its job with it. */
final class RunBegin {
  private final State state;
  private final InstantSource clock;
  private final EventLog log;

  RunBegin(State state, InstantSource clock, EventLog log) {
    this.state = state;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Whether the execution goes on.
   *
   * @param proceed false when the run has ended already
   */
  record Answer(boolean proceed, EnvironmentName environment) {}

  Answer begin(RunReference reference) {
    Job job =
        state.jobs().find(reference.jobId()).orElseThrow(() -> new UnknownRunException(reference));
    Run run = find(reference);
    if (run.state() == Run.State.PENDING) {
      toActive(reference);
      run = find(reference);
    }
    return new Answer(run.state() == Run.State.ACTIVE, job.environment());
  }

  private void toActive(RunReference reference) {
    Instant now = clock.instant();
    boolean begun =
        state
            .transaction()
            .with(state.runs().begin(reference, now))
            .with(state.jobs().begin(reference, now))
            .commit();
    if (begun) {
      log.event("run-begun", reference.logFields());
    } else if (find(reference).state() == Run.State.PENDING) {
      throw new TransientException(
          "run " + reference.runId() + " is not its job's active run, or the job has ended");
    }
  }

  private Run find(RunReference reference) {
    return state.runs().find(reference).orElseThrow(() -> new UnknownRunException(reference));
  }
}
