package dev.drover.functions.account;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The one-time schedules that wake StartRun, one for each run that is to come. */
public interface RunSchedule {
  /**
   * Whom a schedule wakes, and with which rights.
   *
   * @param startRunArn the alias of StartRun
   * @param roleArn the role that may invoke it
   */
  record Waking(String startRunArn, String roleArn) {}

  /**
   * A schedule that stands.
   *
   * @param name {@code <job>.<run>}, unless somebody else put it
   */
  record Standing(String name, Instant createdAt) {}

  /** Sees to it that the run's schedule stands, whether it did or not. */
  void put(JobId jobId, RunId runId, Instant time, Waking waking);

  /** Sees to it that the run has no schedule. */
  void delete(JobId jobId, RunId runId);

  /**
   * Some of the schedules that stand, also one that has fired and is not gone yet.
   *
   * @param next of the part before; null: the first
   * @throws RefusedException when the Scheduler does not know that part any more
   */
  Listing<Standing> standing(@Nullable String next);
}
