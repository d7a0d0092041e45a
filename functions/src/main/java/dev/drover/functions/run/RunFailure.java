package dev.drover.functions.run;

import dev.drover.functions.job.JobEnd;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Jobs;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.functions.state.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is done when a run makes no AMI: the run and its job say so. If the job goes on, and the run
 * can, the run keeps what is durable until the job's next start; else what it left is removed. A
 * run that is committed stays so, whatever its execution says, and its job gets what FinishRun
 * would have done.
 */
public final class RunFailure {
  /** A commit at the same time is rare; a third one in a row is a defect. */
  private static final int MAX_TRIES = 5;

  /** A one-time job has no interval of its own, so it is tried again after the shortest of SMS. */
  static final Duration RETRY_ONE_TIME_AFTER = Duration.ofHours(1);

  private final State state;
  private final RunCleanUp cleanUp;
  private final JobEnd jobEnd;
  private final int maxFailures;
  private final InstantSource clock;
  private final EventLog log;

  /**
   * Wires the feature.
   *
   * @param maxFailures how many in a row pause a job, or end a one-time one; at least 1
   */
  public RunFailure(
      State state,
      RunCleanUp cleanUp,
      JobEnd jobEnd,
      int maxFailures,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.cleanUp = cleanUp;
    this.jobEnd = jobEnd;
    this.maxFailures = maxFailures;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Idempotent: a run that failed before is only cleaned up again. An execution that does not have
   * the run any more says nothing about it.
   */
  public void fail(RunExecution execution, FailureReason reason) {
    Tries.untilDone(
        MAX_TRIES,
        "run " + execution.runId() + " changes while it is failed",
        () -> failOnce(execution, reason));
  }

  /** False when the run or its job changed meanwhile. */
  private boolean failOnce(RunExecution execution, FailureReason reason) {
    RunReference reference = execution.run();
    Run run = state.runs().find(reference).orElse(null);
    Job job = state.jobs().find(reference.jobId()).orElse(null);
    if (run == null || job == null) {
      log.event("run-unknown", reference.logFields());
      return true;
    }
    if (run.state() == Run.State.COMPLETED) {
      log.event("run-committed-before-failure", logFields(reference, reason));
      jobEnd.finish(job, run, clock.instant());
      return true;
    }
    if (!run.state().isEnded() && !run.execution().equals(execution)) {
      log.event("run-of-another-execution", logFields(reference, reason));
      return true;
    }
    if (run.state().isEnded() || record(job, run, reason)) {
      finish(reference, reason);
      return true;
    }
    return false;
  }

  private boolean record(Job job, Run run, FailureReason told) {
    FailureReason reason = told.unlessKnown(run.outcome()).with(clockTroubles(run, told));
    Instant now = clock.instant();
    boolean isActive = run.id().equals(job.history().activeRunId());
    Job.State to = stateAfterFailure(job);
    Instant keptUntil =
        isActive && to.mayRunOnDemand() && !JobEnd.isOver(job, now) ? keptUntil(reason, now) : null;
    Transaction transaction =
        state
            .transaction()
            .with(state.runs().fail(run, reason.code(), reason.sentence(), keptUntil, now));
    if (keptUntil == null) {
      transaction.with(state.leftovers().ended(run.reference()));
    }
    transaction.with(place(job, run, keptUntil != null));
    if (isActive) {
      Job.NextRun retry = retry(job, to, now);
      if (retry != null) {
        transaction.with(state.ids().take(retry.id()));
      }
      String message = message(job, run, reason, to, keptUntil);
      transaction.with(
          state
              .jobs()
              .fail(job, new Jobs.Failure(run.id(), to, message, keptUntil != null, retry), now));
      if (to == Job.State.FAILED) {
        transaction.with(state.servers().release(job.serverId(), job.id()));
      }
    }
    return transaction.commit();
  }

  /**
   * The next try of a one-time job; null where a schedule has one, or none is to be. The hourly
   * look over all jobs puts its schedule.
   */
  private Job.@Nullable NextRun retry(Job job, Job.State to, Instant now) {
    return job.schedule().runOnce()
            && job.schedule().next() == null
            && to.isGoing()
            && !JobEnd.isOver(job, now)
        ? new Job.NextRun(state.ids().run(), now.plus(RETRY_ONE_TIME_AFTER))
        : null;
  }

  /** A run that is kept has its pending snapshots, still; else it leaves the line. */
  private Write place(Job job, Run run, boolean kept) {
    int pending =
        kept
            ? Math.toIntExact(
                state.disks().list(run.id()).stream()
                    .filter(disk -> disk.state().isPending())
                    .count())
            : 0;
    if (pending == 0) {
      return state.admissions().left(run.id());
    }
    boolean first = state.admissions().find(run.id()).map(Admission::first).orElse(false);
    return state
        .admissions()
        .keep(
            Admission.waiting(run.reference(), job.environment(), pending, first, clock.instant())
                .kept(state.segmentWaits().find(run.id()).done()));
  }

  private static @Nullable Instant keptUntil(FailureReason reason, Instant now) {
    return Mending.mayGoOnAfter(reason.code()) ? now.plus(ReplicateRunLimits.RESUMABLE) : null;
  }

  /** What a connector gave up may be its clock's fault, and its own sentence cannot know. */
  private List<String> clockTroubles(Run run, FailureReason told) {
    return Optional.ofNullable(run.handOver().connectorId())
        .filter(id -> told.isOfConnector())
        .flatMap(id -> state.connectors().find(id))
        .map(Connector::clockTroubles)
        .orElse(List.of());
  }

  private void finish(RunReference reference, FailureReason reason) {
    Job job = state.jobs().find(reference.jobId()).orElseThrow();
    if (!job.state().isGoing()) {
      jobEnd.unschedule(job);
    }
    cleanUp.cleanUp(reference);
    jobEnd.endIfOver(job, clock.instant());
    log.event("run-failed", logFields(reference, reason));
  }

  private Job.State stateAfterFailure(Job job) {
    if (!job.state().isGoing() || triesLeft(job) > 0) {
      return job.state();
    }
    return job.schedule().runOnce() ? Job.State.FAILED : Job.State.PAUSED_ON_FAILURE;
  }

  private int triesLeft(Job job) {
    return maxFailures - job.history().consecutiveFailures() - 1;
  }

  private String message(
      Job job, Run run, FailureReason reason, Job.State to, @Nullable Instant keptUntil) {
    String consequence =
        switch (to) {
          case FAILED ->
              stopped("The job failed") + " Its server may get another job, which ends this one.";
          case PAUSED_ON_FAILURE -> stopped("The job is paused");
          case PENDING, ACTIVE ->
              (triesLeft(job) == 1
                  ? "1 more failure in a row stops the job."
                  : triesLeft(job) + " more failures in a row stop the job.");
          case DELETING, DELETED, COMPLETED, FAILING -> "";
        };
    String kept =
        keptUntil == null
            ? ""
            : "What is durable of it is kept until "
                + keptUntil.truncatedTo(ChronoUnit.SECONDS)
                + ": the next start goes on from there. ";
    return ("Run " + run.id() + " failed: " + reason.ended() + " " + kept + consequence).strip();
  }

  private String stopped(String how) {
    return how
        + " after "
        + (maxFailures == 1 ? "1 failure" : maxFailures + " failures in a row")
        + ". Within "
        + JobEnd.PAUSE.toDays()
        + " days, start an on-demand run or give it a new time for its next run to resume it; after"
        + " that it is deleted.";
  }

  private static Map<String, Object> logFields(RunReference run, FailureReason reason) {
    return Map.of(
        "jobId",
        run.jobId(),
        "runId",
        run.runId(),
        "code",
        reason.code(),
        "reason",
        reason.sentence());
  }
}
