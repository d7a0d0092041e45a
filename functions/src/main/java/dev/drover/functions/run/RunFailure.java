package dev.drover.functions.run;

import dev.drover.functions.job.JobEnd;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is done when a run makes no AMI: the run and its job say so, then what the run left behind
 * is removed. A run that is committed stays so, whatever its execution says, and its job gets what
 * FinishRun would have done.
 */
public final class RunFailure {
  /** Failures in a row that pause a job, or end a one-time one. */
  public static final int MAX_CONSECUTIVE_FAILURES = 4;

  /** A commit at the same time is rare; a third one in a row is a defect. */
  private static final int MAX_TRIES = 5;

  private final State state;
  private final RunCleanUp cleanUp;
  private final JobEnd jobEnd;
  private final InstantSource clock;
  private final EventLog log;

  public RunFailure(
      State state, RunCleanUp cleanUp, JobEnd jobEnd, InstantSource clock, EventLog log) {
    this.state = state;
    this.cleanUp = cleanUp;
    this.jobEnd = jobEnd;
    this.clock = clock;
    this.log = log;
  }

  /** Idempotent: a run that failed before is only cleaned up again. */
  public void fail(RunReference reference, FailureReason reason) {
    Tries.untilDone(
        MAX_TRIES,
        "run " + reference.runId() + " changes while it is failed",
        () -> failOnce(reference, reason));
  }

  /** False when the run or its job changed meanwhile. */
  private boolean failOnce(RunReference reference, FailureReason reason) {
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
    if (run.state().isEnded() || record(job, run, reason)) {
      finish(reference, reason);
      return true;
    }
    return false;
  }

  private boolean record(Job job, Run run, FailureReason told) {
    FailureReason reason = told.unlessKnown(run.outcome()).with(clockTroubles(run, told));
    Transaction transaction =
        state
            .transaction()
            .with(state.runs().fail(run.reference(), reason.code(), reason.sentence()));
    if (run.id().equals(job.history().activeRunId())) {
      Job.State to = stateAfterFailure(job);
      transaction.with(state.jobs().fail(job, run.id(), to, message(job, run, reason, to)));
      if (to == Job.State.FAILED) {
        transaction.with(state.servers().release(job.serverId(), job.id()));
      }
    }
    return transaction.commit();
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
    cleanUp.cleanUp(job.environment(), reference);
    jobEnd.endIfOver(job, clock.instant());
    log.event("run-failed", logFields(reference, reason));
  }

  private static Job.State stateAfterFailure(Job job) {
    if (!job.state().isGoing() || triesLeft(job) > 0) {
      return job.state();
    }
    return job.schedule().runOnce() ? Job.State.FAILED : Job.State.PAUSED_ON_FAILURE;
  }

  private static int triesLeft(Job job) {
    return MAX_CONSECUTIVE_FAILURES - job.history().consecutiveFailures() - 1;
  }

  private static String message(Job job, Run run, FailureReason reason, Job.State to) {
    String consequence =
        switch (to) {
          case FAILED -> "The job is given up after " + MAX_CONSECUTIVE_FAILURES + " failures.";
          case PAUSED_ON_FAILURE ->
              "The job is paused after "
                  + MAX_CONSECUTIVE_FAILURES
                  + " failures in a row. Start an on-demand run to resume it.";
          case PENDING, ACTIVE ->
              (triesLeft(job) == 1
                      ? "1 more failure in a row stops the job."
                      : triesLeft(job) + " more failures in a row stop the job.")
                  + (job.schedule().runOnce() ? " Start an on-demand run to try again." : "");
          case DELETING, DELETED, COMPLETED, FAILING -> "";
        };
    return ("Run " + run.id() + " failed: " + reason.ended() + " " + consequence).strip();
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
