package dev.drover.functions.job;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.AtOnce;
import dev.drover.functions.state.ExecutionInput;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Job.NextRun;
import dev.drover.functions.state.Rounds;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.functions.state.Transaction;
import dev.drover.functions.state.Tries;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.MessageJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Brings a job to where it should be now: a due run is taken, a taken run has its execution, the
 * next one has its schedule.
 *
 * <p>Each step is made from the job's item and safe to repeat, so whoever calls twice, late or
 * after a crash in the middle only completes what is missing. The id of a scheduled run stands in
 * the job before the run is due, so that a schedule that fires twice takes one run.
 */
public final class RunStarter {
  /** One due run and a caller or two at the same time; more in a row is a defect. */
  private static final int MAX_STEPS = 8;

  /** EndRun is invoked within seconds, and tried again for some minutes when it fails. */
  private static final Duration ENDS_WITHIN = Duration.ofMinutes(15);

  /** What a call that dies leaves undone until the next round. */
  private static final int JOBS_OF_A_PART = 100;

  private final State state;
  private final Executions executions;
  private final RunSchedule schedule;
  private final RunSchedule.Waking waking;
  private final JobEnd jobEnd;
  private final EndWarning warning;
  private final KeptRuns kept;
  private final JobDeletion deletion;
  private final AdmissionControl admission;
  private final InstantSource clock;
  private final EventLog log;

  public RunStarter(
      State state,
      Executions executions,
      RunSchedule schedule,
      RunSchedule.Waking waking,
      AdmissionControl admission,
      EndWarning warning,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.executions = executions;
    this.schedule = schedule;
    this.waking = waking;
    this.jobEnd = new JobEnd(state, schedule, log);
    this.warning = warning;
    this.kept = new KeptRuns(state, log);
    this.deletion = new JobDeletion(state, executions, jobEnd, log);
    this.admission = admission;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Brings the job to where it should be.
   *
   * @param dueBy a run that is to start then or before is due
   */
  public void advance(JobId jobId, Instant dueBy) {
    Tries.untilDone(
        MAX_STEPS, "job " + jobId + " changes while its run is started", () -> step(jobId, dueBy));
  }

  /**
   * Deletes a job, whatever it is at; one that is deleted stays so.
   *
   * @return whether there is such a job
   */
  public boolean delete(JobId jobId) {
    boolean known =
        Tries.result(
            MAX_STEPS, "job " + jobId + " changes while it is deleted", () -> toDeleting(jobId));
    if (known) {
      advance(jobId, clock.instant());
    }
    return known;
  }

  /** Whether there is such a job; empty when it changed meanwhile. */
  private Optional<Boolean> toDeleting(JobId jobId) {
    Optional<Job> job = state.jobs().find(jobId);
    if (job.isEmpty()) {
      return Optional.of(false);
    }
    boolean deleting =
        switch (job.get().state()) {
          case DELETING, DELETED -> true;
          default -> state.jobs().delete(job.get());
        };
    return deleting ? Optional.of(true) : Optional.empty();
  }

  /** False: a run was due, and the job has to be looked at again. */
  private boolean step(JobId jobId, Instant dueBy) {
    Optional<Job> job = state.jobs().find(jobId);
    if (job.isEmpty()) {
      log.event("job-unknown", Map.of("jobId", jobId));
      return true;
    }
    if (job.get().state() == Job.State.DELETING) {
      return deletion.step(job.get(), clock.instant());
    }
    if (kept.discardIfOver(job.get(), clock.instant()) || takeDueRun(job.get(), dueBy)) {
      return false;
    }
    completeStart(job.get());
    return true;
  }

  /**
   * Brings every job that has not ended to where it should be: each schedule is put by the firing
   * of the one before, and one that was lost would end the chain. A job that fails holds up no
   * other.
   *
   * @return how many there are
   * @throws TransientException when one or more failed
   */
  public int advanceAll(Instant dueBy) {
    return advance(state.jobLook().now(clock), dueBy);
  }

  /**
   * The same when a round is due, else nothing; what the call before did not come to is due.
   *
   * @return how many there were in the rest of the round
   * @throws TransientException when one or more failed
   */
  public int advanceIfDue(Instant dueBy) {
    return state.jobLook().due(clock).map(round -> advance(round, dueBy)).orElse(0);
  }

  /** Goes through them by id, in parts. */
  private int advance(Rounds.Round round, Instant dueBy) {
    Tally tally = new Tally();
    List<Job> part = part(round.at());
    while (!part.isEmpty()) {
      String next = part.getLast().id().value();
      if (round.begin()) {
        advance(part, dueBy, tally);
      }
      round.goOnAt(next);
      part = part(next);
    }
    round.end();
    admission.tidy();
    if (tally.failed.get() > 0) {
      throw new TransientException(
          tally.failed + " of " + tally.all + " jobs were not advanced; see the log");
    }
    return tally.all.get();
  }

  private static final class Tally {
    final AtomicInteger all = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
  }

  private void advance(List<Job> part, Instant dueBy, Tally tally) {
    List<JobId> going = part.stream().filter(job -> !job.state().isEnded()).map(Job::id).toList();
    tally.all.addAndGet(going.size());
    AtOnce.each(going, job -> advanced(job, dueBy, tally));
  }

  private List<Job> part(String after) {
    return state.jobs().listAfter(after).limit(JOBS_OF_A_PART).toList();
  }

  private boolean advanced(JobId job, Instant dueBy, Tally tally) {
    try {
      advance(job, dueBy);
      warning.tellIfDue(job, clock.instant());
      return true;
    } catch (RuntimeException e) {
      tally.failed.incrementAndGet();
      log.event("job-not-advanced", Map.of("jobId", job, "reason", e.toString()));
      return false;
    }
  }

  /** Tells whether a run was due, whoever took it. */
  private boolean takeDueRun(Job job, Instant dueBy) {
    Instant now = clock.instant();
    NextRun due = job.schedule().next();
    if (!job.state().isGoing()
        || JobEnd.isOver(job, now)
        || due == null
        || due.time().isAfter(dueBy)) {
      return false;
    }
    NextRun next =
        job.schedule()
            .following(due.time(), later(now, dueBy))
            .map(time -> new NextRun(state.ids().run(), time))
            .orElse(null);
    if (job.history().activeRunId() != null) {
      miss(job, due, next);
    } else {
      kept.find(job)
          .ifPresentOrElse(run -> resume(job, run, due, next), () -> take(job, due, next));
    }
    return true;
  }

  /** No run of the due one's id comes into being: the job goes on with the one that it keeps. */
  private void resume(Job job, Run run, NextRun due, @Nullable NextRun next) {
    Transaction transaction =
        state
            .transaction()
            .with(state.runs().resume(run, clock.instant()))
            .with(
                state.jobs().resumeScheduled(new RunReference(job.id(), due.id()), run.id(), next));
    if (next != null) {
      transaction.with(state.ids().take(next.id()));
    }
    if (transaction.commit()) {
      log.event(
          "run-resumed", Map.of("jobId", job.id(), "runId", run.id(), "by", "the job's schedule"));
    }
  }

  private void take(Job job, NextRun due, @Nullable NextRun next) {
    Run run = Run.pending(job, due.id(), Run.Type.AUTOMATIC, due.time());
    if (add(run, next).with(state.jobs().startScheduled(run.reference(), next)).commit()) {
      log.event(
          "run-scheduled",
          Map.of("jobId", job.id(), "runId", due.id(), "scheduledFor", due.time()));
    }
  }

  private void miss(Job job, NextRun due, @Nullable NextRun next) {
    String reason = "Run " + job.history().activeRunId() + " was still at work.";
    Run run = Run.missed(job, due.id(), due.time(), reason);
    if (add(run, next).with(state.jobs().missScheduled(run.reference(), next)).commit()) {
      log.event("run-missed", Map.of("jobId", job.id(), "runId", due.id(), "reason", reason));
    }
  }

  private Transaction add(Run run, @Nullable NextRun next) {
    Transaction transaction = state.transaction().with(state.runs().add(run));
    return next == null ? transaction : transaction.with(state.ids().take(next.id()));
  }

  private void completeStart(Job job) {
    Instant now = clock.instant();
    RunId active = job.history().activeRunId();
    if (active != null) {
      state
          .runs()
          .find(new RunReference(job.id(), active))
          .ifPresent(run -> seeToExecution(job, run));
    }
    NextRun next = job.schedule().next();
    if (JobEnd.isOver(job, now) || !job.state().isGoing()) {
      jobEnd.endIfOver(job, now);
    } else if (next != null) {
      schedule.put(job.id(), next.id(), next.time(), waking);
    }
  }

  /**
   * Sees to it that a run has its execution: one that was not started is when it is its turn, one
   * that died is followed by another.
   */
  private void seeToExecution(Job job, Run run) {
    if (run.state().isEnded()) {
      return;
    }
    Optional<Executions.Standing> standing = executions.find(run.execution().name());
    if (standing.isEmpty()) {
      if (admission.ask(job, run.reference(), run.type() == Run.Type.ON_DEMAND)) {
        start(run);
      } else {
        startAdmitted(run.reference());
      }
    } else if (isDead(standing.get()) && state.runs().nextExecution(run.execution())) {
      log.event("run-execution-died", run.reference().logFields());
      state.runs().find(run.reference()).map(Run::execution).ifPresent(this::start);
    }
  }

  /**
   * Starts the executions of all runs whose turn it is, whoever's they are. One that does not start
   * holds up no other and is tried again with the next.
   *
   * @return how many there are
   */
  public int startAdmitted() {
    return startAdmitted(null);
  }

  private int startAdmitted(@Nullable RunReference mine) {
    List<RunReference> admitted = admission.decide();
    RuntimeException failure = null;
    for (RunReference run : admitted) {
      try {
        start(run);
      } catch (RuntimeException e) {
        log.event("run-not-started", Map.of("runId", run.runId(), "reason", e.toString()));
        failure = run.equals(mine) ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return admitted.size();
  }

  private void start(RunReference admitted) {
    Run run = state.runs().find(admitted).orElse(null);
    if (run == null || run.state().isEnded()) {
      state.admissions().leave(admitted.runId());
      return;
    }
    start(run);
  }

  private void start(Run run) {
    start(run.execution());
    admission.started(run.reference());
  }

  /** Whoever is told that an execution ended has had the time to say so in the run. */
  private boolean isDead(Executions.Standing standing) {
    Instant endedAt = standing.endedAt();
    return endedAt != null && endedAt.plus(ENDS_WITHIN).isBefore(clock.instant());
  }

  /**
   * Takes back the schedule of a one-time job's next try, because someone asked for it now. One
   * that stays finds nothing to do when it fires.
   */
  void unscheduleRetry(Job job) {
    if (job.schedule().runOnce()) {
      try {
        jobEnd.unschedule(job);
      } catch (TransientException e) {
        log.failure("retry-not-unscheduled", Map.of("jobId", job.id()), e);
      }
    }
  }

  private void start(RunExecution execution) {
    executions.start(execution.name(), MessageJson.writeText(ExecutionInput.of(execution)));
    log.event(
        "run-started",
        Map.of(
            "jobId", execution.run().jobId(),
            "runId", execution.run().runId(),
            "execution", execution.name()));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
