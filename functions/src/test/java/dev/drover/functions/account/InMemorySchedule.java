package dev.drover.functions.account;

import dev.drover.functions.state.RunReference;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** Schedules in memory. They have whole seconds, as the Scheduler's have. */
public final class InMemorySchedule implements RunSchedule {
  /** What stands, with the time at which it fires. */
  public final Map<RunReference, Instant> standing = new HashMap<>();

  @Override
  public void put(JobId jobId, RunId runId, Instant time, Waking waking) {
    Instant second = time.truncatedTo(ChronoUnit.SECONDS);
    standing.put(
        new RunReference(jobId, runId), second.equals(time) ? second : second.plusSeconds(1));
  }

  @Override
  public void delete(JobId jobId, RunId runId) {
    standing.remove(new RunReference(jobId, runId));
  }

  /** What was due until then has fired and is gone. */
  public void fireUntil(Instant now) {
    standing.values().removeIf(time -> !time.isAfter(now));
  }
}
