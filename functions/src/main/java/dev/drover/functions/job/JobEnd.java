package dev.drover.functions.job;

import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Job.NextRun;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends a job whose time is over, and takes back what a job that runs no more has scheduled. */
public final class JobEnd {
  /**
   * A job serves 90 days from its first run, as SMS had it.
   *
   * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
   *     Guide, service use per VM</a>
   */
  public static final Duration LIFETIME = Duration.ofDays(90);

  /**
   * A job that its failures paused can be resumed for so long.
   *
   * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
   *     Guide</a>
   */
  public static final Duration PAUSE = Duration.ofDays(4);

  private final State state;
  private final RunSchedule schedule;
  private final KeptRuns kept;
  private final EventLog log;

  public JobEnd(State state, RunSchedule schedule, EventLog log) {
    this.state = state;
    this.schedule = schedule;
    this.kept = new KeptRuns(state, log);
    this.log = log;
  }

  /** Whether the job's time is over, so that it starts no more runs. */
  public static boolean isOver(Job job, Instant now) {
    return !whyOver(job, now).isEmpty();
  }

  /** Why the job's time is over, the end of a sentence; the empty text while it is not. */
  static String whyOver(Job job, Instant now) {
    if (passed(job.history().firstRunAt(), LIFETIME, now)) {
      return "it ends " + LIFETIME.toDays() + " days after its first run";
    }
    return passed(job.history().pausedAt(), PAUSE, now)
        ? "it ends " + PAUSE.toDays() + " days after its failures paused it"
        : "";
  }

  private static boolean passed(@Nullable Instant since, Duration time, Instant now) {
    return since != null && !since.plus(time).isAfter(now);
  }

  /** Ends the job if its time is over and no run is at work; an ended job stays as it is. */
  public void endIfOver(Job job, Instant now) {
    if (!job.state().mayRunOnDemand() || !isOver(job, now) || job.history().activeRunId() != null) {
      return;
    }
    kept.discard(job, now);
    String message =
        "The job ended, because "
            + whyOver(job, now)
            + ". Its AMIs are kept; create a new job to go on replicating the server.";
    boolean ended =
        state
            .transaction()
            .with(state.jobs().end(job.id(), message))
            .with(state.servers().release(job.serverId(), job.id()))
            .with(state.leftovers().ended(job.id()))
            .commit();
    if (ended) {
      unschedule(job);
      log.event("job-ended", Map.of("jobId", job.id(), "reason", message));
    }
  }

  /**
   * A run has made its AMI: a one-time job completes, and one whose time passed meanwhile ends.
   * Idempotent.
   */
  public void finish(Job job, Run run, Instant now) {
    boolean committed = run.state() == Run.State.COMPLETED;
    if (committed && job.schedule().runOnce() && complete(job)) {
      unschedule(job);
      log.event("job-completed", Map.of("jobId", job.id(), "runId", run.id()));
      return;
    }
    endIfOver(job, now);
  }

  private boolean complete(Job job) {
    return state
        .transaction()
        .with(state.jobs().complete(job.id()))
        .with(state.leftovers().ended(job.id()))
        .commit();
  }

  /** Takes back the schedule of the run that was to come, if one was. */
  public void unschedule(Job job) {
    NextRun next = job.schedule().next();
    if (next != null) {
      schedule.delete(job.id(), next.id());
    }
  }
}
