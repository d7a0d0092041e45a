package dev.drover.functions.account;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;

/** The one-time schedules that wake StartRun, one for each run that is to come. */
public interface RunSchedule {
  /**
   * Whom a schedule wakes, and with which rights.
   *
   * @param startRunArn the alias of StartRun
   * @param roleArn the role that may invoke it
   */
  record Waking(String startRunArn, String roleArn) {}

  /** Sees to it that the run's schedule stands, whether it did or not. */
  void put(JobId jobId, RunId runId, Instant time, Waking waking);

  /** Sees to it that the run has no schedule. */
  void delete(JobId jobId, RunId runId);
}
