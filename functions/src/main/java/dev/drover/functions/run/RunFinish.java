package dev.drover.functions.run;

import dev.drover.functions.job.JobEnd;
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
  private final InstantSource clock;

  RunFinish(State state, JobEnd jobEnd, InstantSource clock) {
    this.state = state;
    this.jobEnd = jobEnd;
    this.clock = clock;
  }

  /** The job as it is now. */
  record Answer(Job.State jobState) {}

  Answer finish(RunReference reference) {
    Run run = state.runs().find(reference).orElseThrow(() -> new UnknownRunException(reference));
    jobEnd.finish(find(reference), run, clock.instant());
    return new Answer(find(reference).state());
  }

  private Job find(RunReference reference) {
    return state
        .jobs()
        .find(reference.jobId())
        .orElseThrow(() -> new UnknownRunException(reference));
  }
}
