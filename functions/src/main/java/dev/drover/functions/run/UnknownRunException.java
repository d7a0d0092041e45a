package dev.drover.functions.run;

import dev.drover.functions.state.RunReference;

/** An execution names a run or a job that the table does not have. Trying again cannot help. */
public final class UnknownRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownRunException(RunReference run) {
    super("the table has no run " + run.runId() + " of job " + run.jobId());
  }
}
