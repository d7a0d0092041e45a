package dev.drover.functions.job;

import dev.drover.functions.account.EventBus;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Tells people once that a job ends soon, as an event; again if the end was moved.
 *
 * <p>The event is put before the job says that it was: a function that dies in between tells twice,
 * and none of a job that ends unannounced.
 */
public final class EndWarning {
  /** What the event's rules match. */
  public static final String EVENT = "Drover Replication Job Ends Soon";

  private final State state;
  private final EventBus events;
  private final EventLog log;

  public EndWarning(State state, EventBus events, EventLog log) {
    this.state = state;
    this.events = events;
    this.log = log;
  }

  /** Tells it if it is time to, and nobody was told. */
  void tellIfDue(JobId jobId, Instant now) {
    state
        .jobs()
        .find(jobId)
        .ifPresent(
            job ->
                JobEnd.nearEnd(job, now)
                    .filter(end -> !end.equals(job.history().lifetime().warnedOfEnd()))
                    .ifPresent(end -> tell(job, end, now)));
  }

  private void tell(Job job, Instant end, Instant now) {
    String second = end.truncatedTo(ChronoUnit.SECONDS).toString();
    events.put(
        EVENT,
        Map.of(
            "replicationJobId", job.id().value(),
            "serverId", job.serverId().value(),
            "endTime", second,
            "message", JobEnd.notice(job, now).orElseThrow()));
    boolean told = state.jobs().warnedOf(job, end);
    log.event("job-ends-soon", Map.of("jobId", job.id(), "endTime", second, "noted", told));
  }
}
