package dev.drover.functions.account;

import dev.drover.functions.state.RunReference;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Schedules in memory. They have whole seconds, as the Scheduler's have. */
public final class InMemorySchedule implements RunSchedule {
  /** What stands, with the time at which it fires. */
  public final Map<RunReference, Instant> standing = new HashMap<>();

  /** The job whose schedules cannot be put; null: none. */
  private @Nullable JobId failing;

  /** From now on no schedule of that job can be put. */
  public synchronized void failFor(JobId jobId) {
    failing = jobId;
  }

  @Override
  public synchronized void put(JobId jobId, RunId runId, Instant time, Waking waking) {
    if (jobId.equals(failing)) {
      throw new TransientException("the Scheduler does not answer");
    }
    Instant second = time.truncatedTo(ChronoUnit.SECONDS);
    standing.put(
        new RunReference(jobId, runId), second.equals(time) ? second : second.plusSeconds(1));
  }

  @Override
  public synchronized void delete(JobId jobId, RunId runId) {
    standing.remove(new RunReference(jobId, runId));
  }

  @Override
  public synchronized Listing<Standing> standing(@Nullable String next) {
    return InMemoryEbs.part(
        standing.keySet().stream()
            .map(run -> new Standing(run.jobId() + "." + run.runId(), Instant.EPOCH))
            .sorted(Comparator.comparing(Standing::name))
            .toList(),
        next);
  }

  /** What was due until then has fired and is gone. */
  public synchronized void fireUntil(Instant now) {
    standing.values().removeIf(time -> !time.isAfter(now));
  }
}
