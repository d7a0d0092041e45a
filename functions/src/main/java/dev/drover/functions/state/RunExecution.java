package dev.drover.functions.state;

import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;

/**
 * One execution of replicate-run for a run. A run has one at a time; another follows when the run
 * is resumed, when the one before died, or when its history grows too long. Step Functions keeps a
 * name for 90 days, so each has its own: {@code <run>-<execution>}.
 *
 * @param execution from 1
 */
public record RunExecution(JobId jobId, RunId runId, int execution) {
  /** Refuses an execution with a part missing. */
  public RunExecution {
    if (jobId == null || runId == null || execution < 1) {
      throw new InvalidMessageException(
          "a run's execution is named by jobId, runId and execution: one is missing");
    }
  }

  /** The run. */
  public RunReference run() {
    return new RunReference(jobId, runId);
  }

  /** The execution's name. */
  public String name() {
    return runId + "-" + execution;
  }
}
