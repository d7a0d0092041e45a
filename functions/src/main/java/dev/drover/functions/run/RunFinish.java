package dev.drover.functions.run;

import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Table;
import java.time.InstantSource;

/**
 * The last step of an execution that made an AMI. The commit was made before: here a one-time job
 * completes, and one whose 90 days passed meanwhile ends.
 */
final class RunFinish {
  private final Table table;
  private final JobEnd jobEnd;
  private final InstantSource clock;

  RunFinish(Wiring wiring) {
    this(wiring.table(), wiring.schedule(), wiring.clock(), wiring.log());
  }

  RunFinish(Table table, RunSchedule schedule, InstantSource clock, EventLog log) {
    this.table = table;
    this.jobEnd = new JobEnd(table, schedule, log);
    this.clock = clock;
  }

  /** The job as it is now. */
  record Answer(Job.State jobState) {}

  Answer finish(RunReference reference) {
    Run run =
        Run.find(table, reference.jobId(), reference.runId())
            .orElseThrow(() -> new UnknownRunException(reference));
    jobEnd.finish(find(reference), run, clock.instant());
    return new Answer(find(reference).state());
  }

  private Job find(RunReference reference) {
    return Job.find(table, reference.jobId()).orElseThrow(() -> new UnknownRunException(reference));
  }
}
