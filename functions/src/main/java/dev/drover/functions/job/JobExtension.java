package dev.drover.functions.job;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.JobId;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Lets a job serve longer. To say the same twice changes nothing. */
public final class JobExtension {
  /**
   * A year: the runs of an hourly job are 8,760 then, all of which GetReplicationRuns reads to sort
   * them, within one call.
   */
  public static final int MAX_DAYS = 365;

  private static final int MAX_TRIES = 5;

  private final State state;
  private final RunStarter starter;
  private final InstantSource clock;
  private final EventLog log;

  public JobExtension(State state, RunStarter starter, InstantSource clock, EventLog log) {
    this.state = state;
    this.starter = starter;
    this.clock = clock;
    this.log = log;
  }

  /** What became of the wish. */
  public sealed interface Outcome {
    /** The job serves so long, or did before. */
    record Extended(Job job) implements Outcome {}

    /** There is no such job. */
    record NoSuchJob() implements Outcome {}

    /** The job runs no more, or is being deleted. */
    record Ended(Job job) implements Outcome {}

    /** The job serves longer than that. */
    record Shorter(Job job) implements Outcome {}
  }

  /** Has the job end so many days after its first run; also one that has not run yet. */
  public Outcome extend(JobId jobId, int days) {
    return Tries.result(
        MAX_TRIES, "job " + jobId + " changes while it is extended", () -> extendOnce(jobId, days));
  }

  /** Empty when the job changed meanwhile. */
  private Optional<Outcome> extendOnce(JobId jobId, int days) {
    Optional<Job> found = state.jobs().find(jobId);
    if (found.isEmpty()) {
      return Optional.of(new Outcome.NoSuchJob());
    }
    Job job = found.get();
    if (!job.state().mayRunOnDemand()) {
      return Optional.of(new Outcome.Ended(job));
    }
    int present = job.history().lifetime().days();
    if (days < present) {
      return Optional.of(new Outcome.Shorter(job));
    }
    if (days > present) {
      if (!state.jobs().extend(job, days)) {
        return Optional.empty();
      }
      log.event("job-extended", Map.of("jobId", jobId, "lifetimeDays", days));
    }
    // One whose time was over has no schedule any more.
    starter.advance(jobId, clock.instant());
    return state.jobs().find(jobId).map(Outcome.Extended::new);
  }
}
