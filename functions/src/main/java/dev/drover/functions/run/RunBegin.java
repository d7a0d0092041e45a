package dev.drover.functions.run;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Table;
import dev.drover.protocol.EnvironmentName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The first step of an execution: the run is at work, and its job with it. */
final class RunBegin {
  private final Table table;
  private final InstantSource clock;
  private final EventLog log;

  RunBegin(Wiring wiring) {
    this(wiring.table(), wiring.clock(), wiring.log());
  }

  RunBegin(Table table, InstantSource clock, EventLog log) {
    this.table = table;
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
        Job.find(table, reference.jobId()).orElseThrow(() -> new UnknownRunException(reference));
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
        table.transact(
            List.of(
                table.updateInTransaction(Run.begin(reference.jobId(), reference.runId(), now)),
                table.updateInTransaction(Job.begin(reference.jobId(), reference.runId(), now))));
    if (begun) {
      log.event("run-begun", reference.logFields());
    } else if (find(reference).state() == Run.State.PENDING) {
      throw new TransientException(
          "run " + reference.runId() + " is not its job's active run, or the job has ended");
    }
  }

  private Run find(RunReference reference) {
    return Run.find(table, reference.jobId(), reference.runId())
        .orElseThrow(() -> new UnknownRunException(reference));
  }
}
