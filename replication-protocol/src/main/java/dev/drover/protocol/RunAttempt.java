package dev.drover.protocol;

/**
 * One hand-over of a run to a connector.
 *
 * @param attempt from 1
 */
public record RunAttempt(JobId jobId, RunId runId, int attempt) {
  /** Refuses an attempt with a part missing. */
  public RunAttempt {
    InvalidMessageException.requirePresent(jobId, "jobId");
    InvalidMessageException.requirePresent(runId, "runId");
    InvalidMessageException.require(attempt >= 1, "attempt is " + attempt);
  }
}
