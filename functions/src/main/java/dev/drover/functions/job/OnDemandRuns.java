package dev.drover.functions.job;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs that someone asks for between the scheduled ones. They do not move the schedule. The next
 * try of a one-time job is one, and one resumes a job that its failures stopped.
 */
public final class OnDemandRuns {
  /** The time over which the limit counts. */
  public static final Duration LIMIT_PERIOD = Duration.ofHours(24);

  private static final int MAX_TRIES = 5;

  private final State state;
  private final RunStarter starter;
  private final KeptRuns kept;
  private final int limit;
  private final InstantSource clock;
  private final EventLog log;

  /**
   * Wires the feature.
   *
   * @param limit how many a job may have in {@link #LIMIT_PERIOD}; SMS had two
   * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
   *     Guide: two on-demand runs per 24 hours</a>
   */
  public OnDemandRuns(
      State state, RunStarter starter, int limit, InstantSource clock, EventLog log) {
    this.state = state;
    this.starter = starter;
    this.kept = new KeptRuns(state, log);
    this.limit = limit;
    this.clock = clock;
    this.log = log;
  }

  /** What became of the wish. */
  public sealed interface Outcome {
    /** The run starts, or had started when the same request came before. */
    record Started(RunId runId) implements Outcome {}

    /** There is no such job. */
    record NoSuchJob() implements Outcome {}

    /** The job is not in a state to run now. */
    record NotNow(String reason) implements Outcome {}

    /** The job had its runs of the last 24 hours. */
    record LimitReached(String reason) implements Outcome {}
  }

  /**
   * Starts a run of the job.
   *
   * @param by who asks: its ARN
   * @param clientRequest names the request, so that its repetition finds the run; null: none does
   */
  public Outcome start(
      JobId jobId, String by, @Nullable String description, @Nullable String clientRequest) {
    Asking asking = new Asking(by, description, clientRequest);
    return Tries.result(
        MAX_TRIES,
        "job " + jobId + " changes while a run of it is started",
        () -> startOnce(jobId, asking));
  }

  /** Who asks for a run, and what they say of it. */
  private record Asking(String by, @Nullable String description, @Nullable String clientRequest) {
    Map<String, Object> logFields(RunReference run) {
      return Map.of("jobId", run.jobId(), "runId", run.runId(), "by", by);
    }
  }

  /** Empty when the job changed meanwhile. */
  private Optional<Outcome> startOnce(JobId jobId, Asking asking) {
    Optional<Job> found = state.jobs().find(jobId);
    if (found.isEmpty()) {
      return Optional.of(new Outcome.NoSuchJob());
    }
    Job job = found.get();
    if (kept.discardIfOver(job, clock.instant())) {
      return Optional.empty();
    }
    List<Run> runs = state.runs().list(jobId).toList();
    return repeated(runs, asking.clientRequest())
        .or(() -> refusal(job, runs))
        .or(() -> start(job, runs, asking));
  }

  private Optional<Outcome> repeated(List<Run> runs, @Nullable String clientRequest) {
    return runs.stream()
        .filter(run -> clientRequest != null && clientRequest.equals(run.clientRequest()))
        .findFirst()
        .map(run -> started(run.reference()));
  }

  private Optional<Outcome> refusal(Job job, List<Run> runs) {
    if (!job.state().mayRunOnDemand()) {
      return notNow("it is " + job.state());
    }
    if (job.history().activeRunId() != null) {
      // Whoever took the run may have died before its execution was started.
      starter.advance(job.id(), clock.instant());
      return notNow("run " + job.history().activeRunId() + " is at work");
    }
    if (job.state() == Job.State.PENDING
        && job.schedule().next() != null
        && job.history().consecutiveFailures() == 0) {
      return notNow("its first run has not taken place yet");
    }
    if (JobEnd.isOver(job, clock.instant())) {
      starter.advance(job.id(), clock.instant());
      return notNow(JobEnd.whyOver(job, clock.instant()));
    }
    String replaced = JobEnd.whyReplaced(state, job);
    return replaced.isEmpty() ? limit(job, runs) : notNow(replaced);
  }

  /** Says what is possible instead: when the next one is allowed, and what runs by itself. */
  private Optional<Outcome> limit(Job job, List<Run> runs) {
    List<Instant> recent = recent(runs.stream().flatMap(OnDemandRuns::askedFor)).toList();
    if (recent.size() < limit) {
      return Optional.empty();
    }
    Instant allowed = recent.get(recent.size() - limit).plus(LIMIT_PERIOD);
    Job.NextRun next = job.schedule().next();
    String scheduled =
        next == null
            ? "no run is scheduled"
            : "the next scheduled run is at " + second(next.time());
    return Optional.of(
        new Outcome.LimitReached(
            "the job had %d on-demand runs in the last 24 hours, of %d; the next is allowed from %s, %s"
                .formatted(recent.size(), limit, second(allowed), scheduled)));
  }

  /**
   * When someone asked for the run, and for going on with it; never, if it failed before it moved
   * data: who mends the cause may try at once.
   */
  private static Stream<Instant> askedFor(Run run) {
    if (run.state() == Run.State.FAILED && !run.hasMovedData()) {
      return Stream.empty();
    }
    Stream<Instant> again = run.course().askedAgainAt().stream();
    return run.type() == Run.Type.ON_DEMAND
        ? Stream.concat(Stream.of(run.scheduledStartTime()), again)
        : again;
  }

  /** Those that count, oldest first. */
  private Stream<Instant> recent(Stream<Instant> times) {
    Instant since = clock.instant().minus(LIMIT_PERIOD);
    return times.filter(time -> time.isAfter(since)).sorted();
  }

  /** In UTC; rounded up, so that it holds. */
  private static Instant second(Instant time) {
    return time.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
  }

  /** Goes on with the run that is kept, or takes a new one; empty: the job changed meanwhile. */
  private Optional<Outcome> start(Job job, List<Run> runs, Asking asking) {
    return runs.stream()
        .filter(run -> run.id().equals(job.history().resumableRunId()))
        .findFirst()
        .map(run -> resume(job, run, asking))
        .orElseGet(() -> take(job, asking));
  }

  private Optional<Outcome> resume(Job job, Run run, Asking asking) {
    Instant now = clock.instant();
    List<Instant> askedAgain =
        Stream.concat(recent(run.course().askedAgainAt().stream()), Stream.of(now)).toList();
    boolean resumed =
        resuming(job)
            .with(
                state
                    .runs()
                    .resumeOnDemand(
                        run, asking.description(), asking.clientRequest(), askedAgain, now))
            .with(state.jobs().resumeOnDemand(job, run.id(), now))
            .commit();
    if (!resumed) {
      return Optional.empty();
    }
    starter.unscheduleRetry(job);
    log.event("run-resumed", asking.logFields(run.reference()));
    return Optional.of(started(run.reference()));
  }

  /** Empty when the job changed meanwhile. */
  private Optional<Outcome> take(Job job, Asking asking) {
    RunReference reference = new RunReference(job.id(), state.ids().run());
    Run run =
        Run.pending(job, reference.runId(), Run.Type.ON_DEMAND, clock.instant())
            .askedFor(asking.description(), asking.clientRequest());
    boolean taken =
        resuming(job)
            .with(state.ids().take(run.id()))
            .with(state.runs().add(run))
            .with(state.jobs().startOnDemand(job, run.id(), run.scheduledStartTime()))
            .commit();
    if (!taken) {
      return Optional.empty();
    }
    starter.unscheduleRetry(job);
    log.event("run-asked-for", asking.logFields(reference));
    return Optional.of(started(reference));
  }

  /** A job that failed gets its server back, with whatever else is done. */
  private Transaction resuming(Job job) {
    Transaction transaction = state.transaction();
    return job.state() == Job.State.FAILED
        ? transaction.with(state.servers().takeBack(job.serverId(), job.id()))
        : transaction;
  }

  private Outcome started(RunReference reference) {
    // The schedule as well: that of a job that was stopped was taken back.
    starter.advance(reference.jobId(), clock.instant());
    return new Outcome.Started(reference.runId());
  }

  private static Optional<Outcome> notNow(String reason) {
    return Optional.of(new Outcome.NotNow(reason));
  }
}
