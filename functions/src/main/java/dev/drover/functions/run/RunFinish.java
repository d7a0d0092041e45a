package dev.drover.functions.run;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.job.JobEnd;
import dev.drover.functions.launch.AutoLaunch;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.time.InstantSource;

/**
 * The last step of an execution that made an AMI. The commit was made before: here a one-time job
 * completes, and one whose 90 days passed meanwhile ends.
 */
final class RunFinish {
  private final State state;
  private final JobEnd jobEnd;
  private final StraySnapshots strays;
  private final AutoLaunch launch;
  private final InstantSource clock;
  private final EventLog log;

  RunFinish(
      State state,
      JobEnd jobEnd,
      StraySnapshots strays,
      AutoLaunch launch,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.jobEnd = jobEnd;
    this.strays = strays;
    this.launch = launch;
    this.clock = clock;
    this.log = log;
  }

  /** The job as it is now. */
  record Answer(Job.State jobState) {}

  Answer finish(RunReference reference) {
    Run run = state.runs().find(reference).orElseThrow(() -> new UnknownRunException(reference));
    jobEnd.finish(find(reference), run, clock.instant());
    deleteStrays(run);
    Job job = find(reference);
    launch.afterRun(job, reference);
    return new Answer(job.state());
  }

  /** It has its image: what stays of it is the sweep's. */
  private void deleteStrays(Run run) {
    try {
      strays.delete(run);
    } catch (TransientException | RefusedException e) {
      log.failure("strays-not-deleted", run.reference().logFields(), e);
    }
  }

  private Job find(RunReference reference) {
    return state
        .jobs()
        .find(reference.jobId())
        .orElseThrow(() -> new UnknownRunException(reference));
  }
}
