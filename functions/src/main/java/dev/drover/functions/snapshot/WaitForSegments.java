package dev.drover.functions.snapshot;

import dev.drover.functions.run.RunWake;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;

/** Leaves a task's token to be found by the function that applies the last segment. */
final class WaitForSegments {
  private final RunWake wake;

  WaitForSegments(RunWake wake) {
    this.wake = wake;
  }

  /**
   * What the state machine gives.
   *
   * @param expected as AwaitApplied said
   */
  record Input(JobId jobId, RunId runId, long expected, String taskToken) {}

  /** How many segments are done; nobody reads it but people, since the task waits for its token. */
  record Output(long done) {}

  Output await(Input input) {
    return new Output(wake.await(input.runId(), input.expected(), input.taskToken()));
  }
}
