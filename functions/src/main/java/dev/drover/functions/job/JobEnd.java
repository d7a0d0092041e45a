package dev.drover.functions.job;

import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Job.NextRun;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** Ends a job whose time is over, and takes back what a job that runs no more has scheduled. */
public final class JobEnd {
  /** Of a job that nobody extended. */
  public static final Duration LIFETIME = Duration.ofDays(Job.Lifetime.DAYS);

  /** So long before its end a job says so: time to extend it, or to make the last copy. */
  public static final Duration WARNING = Duration.ofDays(7);

  /**
   * A job that its failures stopped can be resumed for so long.
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
    Job.Lifetime lifetime = job.history().lifetime();
    if (lifetime.end().filter(end -> !end.isAfter(now)).isPresent()) {
      return "it ends " + lifetime.days() + " days after its first run";
    }
    Instant pausedAt = job.history().pausedAt();
    return pausedAt != null && !pausedAt.plus(PAUSE).isAfter(now)
        ? "it ends " + PAUSE.toDays() + " days after its failures stopped it"
        : "";
  }

  /** When the job ends, if it is so near that people are to know, and not there yet. */
  static Optional<Instant> nearEnd(Job job, Instant now) {
    return job.history()
        .lifetime()
        .end()
        .filter(end -> job.state().mayRunOnDemand())
        .filter(end -> end.isAfter(now) && !end.minus(WARNING).isAfter(now));
  }

  /** That the job ends soon, and what can be done: a sentence or two; empty while it does not. */
  public static Optional<String> notice(Job job, Instant now) {
    return nearEnd(job, now)
        .map(
            end ->
                "The job ends at %s, %d days after its first run; its AMIs are kept. To go on longer, call Drover_V1.ExtendReplicationJob."
                    .formatted(
                        end.truncatedTo(ChronoUnit.SECONDS), job.history().lifetime().days()));
  }

  /**
   * Why a job that failed cannot be resumed, the end of a sentence: its server has another. The
   * empty text while it can.
   */
  static String whyReplaced(State state, Job job) {
    return job.state() == Job.State.FAILED
        ? state
            .servers()
            .find(job.serverId())
            .map(Server::replicationJobId)
            .filter(other -> !other.equals(job.id()))
            .map(other -> "its server has replication job " + other)
            .orElse("")
        : "";
  }

  /**
   * Ends the job if its time is over, or its server has another, and no run is at work; an ended
   * job stays as it is.
   */
  public void endIfOver(Job job, Instant now) {
    String replaced = whyReplaced(state, job);
    String reason = replaced.isEmpty() ? whyOver(job, now) : replaced;
    if (!job.state().mayRunOnDemand() || reason.isEmpty() || job.history().activeRunId() != null) {
      return;
    }
    kept.discard(job, now);
    String message =
        "The job ended, because "
            + reason
            + ". Its AMIs are kept"
            + (replaced.isEmpty() ? "; create a new job to go on replicating the server." : ".");
    Transaction transaction = state.transaction().with(state.jobs().end(job, message));
    if (replaced.isEmpty()) {
      transaction.with(state.servers().release(job.serverId(), job.id()));
    }
    if (transaction.commit()) {
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
    if (committed
        && job.schedule().runOnce()
        && state.transaction().with(state.jobs().complete(job.id())).commit()) {
      unschedule(job);
      log.event("job-completed", Map.of("jobId", job.id(), "runId", run.id()));
      return;
    }
    endIfOver(job, now);
  }

  /** Takes back the schedule of the run that was to come, if one was. */
  public void unschedule(Job job) {
    NextRun next = job.schedule().next();
    if (next != null) {
      schedule.delete(job.id(), next.id());
    }
  }
}
