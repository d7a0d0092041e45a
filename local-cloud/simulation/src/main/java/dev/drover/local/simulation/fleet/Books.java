package dev.drover.local.simulation.fleet;

import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.asl.StatusChange;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * What the books must say at every instant, whatever goes wrong, and what no run may fail for. Two
 * checks that disagree stop a run before it makes a wrong image: nobody is harmed, and yet one of
 * the two is wrong.
 */
final class Books {
  private static final String SNAPSHOT_LOST = "SnapshotLostException";

  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  /** Jobs are looked after each hour. */
  private static final Duration STARTED_WITHIN = Duration.ofHours(3);

  /**
   * Failures that no fault of this fleet explains, and the promise that each breaks; with promise 3
   * those that only what passes can have caused: lost events, restarts, throttling.
   */
  private static final Map<String, Integer> NEVER =
      Map.ofEntries(
          Map.entry("DigestsDisagreeException", 1),
          Map.entry("ReceiptDisagreesException", 1),
          Map.entry("DigestListTamperedException", 1),
          Map.entry("CompletionRefusedException", 1),
          Map.entry(SNAPSHOT_LOST, 1),
          Map.entry("BaseGoneException", 6),
          Map.entry("DisksNotCompletedException", 2),
          Map.entry("ExtentsNotAppliedException", 3),
          Map.entry("NotAnnouncedException", 3),
          Map.entry("ManifestDisagreesException", 3),
          Map.entry("NoProgressException", 3),
          Map.entry("TransientException", 3),
          Map.entry("Timedout", 3),
          Map.entry("ExitError", 3),
          Map.entry("Timeout", 3),
          Map.entry("ExtentsMissingException", 4),
          Map.entry("Unexpected", 10));

  /** What lasts longer than a function's retries, or a run's patience, but passes. */
  private static final Set<String> PASSING =
      Set.of("NoProgressException", "TransientException", "Timedout", "ExitError", "Timeout");

  /** The cloud heals these within minutes, and nobody sends anything again for them. */
  private static final Set<FaultKind> OF_MESSAGES =
      EnumSet.of(FaultKind.EVENTS, FaultKind.QUEUES, FaultKind.CLOCKS);

  private static final Duration HEALED_WITHIN = Duration.ofHours(4);

  private final Scenario scenario;
  private final Simulation simulation;
  private final Account account;
  private final State state;
  private final Judgement judgement;
  private final StepFunctionsBounds bounds;
  private final Queue<JobId> turns = new ArrayDeque<>();

  /** Hears of a promise that was not kept. */
  @FunctionalInterface
  interface Judgement {
    /** The same sentence twice counts once. */
    void violated(int promise, String kind, String sentence);
  }

  Books(Scenario scenario, Simulation simulation, Account account, Judgement judgement) {
    this.scenario = scenario;
    this.simulation = simulation;
    this.account = account;
    this.state = account.stateForOracle();
    this.judgement = judgement;
    this.bounds = new StepFunctionsBounds(judgement);
  }

  void begin() {
    simulation.after(LOOK_EVERY, this::lookAgain);
  }

  /** One job at a time, each in its turn: so a large fleet costs no more than a small one. */
  private void lookAgain() {
    if (turns.isEmpty()) {
      state.jobs().list().map(Job::id).forEach(turns::add);
    }
    Optional.ofNullable(turns.poll()).flatMap(state.jobs()::find).ifPresent(this::look);
    simulation.after(LOOK_EVERY, this::lookAgain);
  }

  private void look(Job job) {
    Instant now = simulation.instant();
    RunId active = job.history().activeRunId();
    if (active != null) {
      look(job, state.runs().find(new RunReference(job.id(), active)).orElseThrow(), now);
    }
    for (BaseSnapshot base : state.bases().list(job.id())) {
      if (stateOf(job.id(), base.runId()) != Run.State.COMPLETED) {
        judgement.violated(
            2,
            "base-without-image",
            job.id() + " rests on " + base.snapshotId() + " of " + base.runId());
      }
      if (!account.ebs().isCompleted(base.snapshotId())) {
        judgement.violated(
            6, "base-gone", job.id() + " rests on " + base.snapshotId() + ", which is not there");
      }
    }
    Job.NextRun next = job.schedule().next();
    if (job.state().isGoing() && next != null && next.time().plus(STARTED_WITHIN).isBefore(now)) {
      judgement.violated(10, "run-never-due", next.id() + " of " + job.id() + " never began");
    }
  }

  private void look(Job job, Run active, Instant now) {
    if (active.state().isEnded()) {
      judgement.violated(
          10,
          "job-held-by-ended-run",
          job.id() + " is held by " + active.id() + ", which has ended");
    }
    Instant begun = active.startedAt();
    if (begun != null
        && begun.plus(HEALED_WITHIN).isBefore(now)
        && OF_MESSAGES.containsAll(scenario.faults())) {
      judgement.violated(
          3, "run-not-healed", active.id() + " has gone on for " + HEALED_WITHIN.toHours() + " h");
    }
  }

  private Run.State stateOf(JobId job, RunId run) {
    return state.runs().find(new RunReference(job, run)).orElseThrow().state();
  }

  void executionEnded(Run run, StatusChange change) {
    bounds.look(change.execution());
    String image = run.outcome().amiId();
    if (run.state() == Run.State.COMPLETED && (image == null || !account.isAvailable(image))) {
      judgement.violated(2, "image-not-available", run.id() + " is completed without its image");
    }
    String error = change.error();
    if (error != null) {
      failed(run, Violation.shortened(error), change);
    }
  }

  private void failed(Run run, String code, StatusChange change) {
    Integer promise = NEVER.get(code);
    boolean goesOn = run.isResumable() || !run.state().isEnded();
    if (PASSING.contains(code)
        && (goesOn || run.state() == Run.State.COMPLETED)
        && !OF_MESSAGES.containsAll(scenario.faults())) {
      // It goes on from there, or has its image; what it had is held against the oracle.
      return;
    }
    if (code.equals(SNAPSHOT_LOST) && goesOn && scenario.faults().contains(FaultKind.SNAPSHOTS)) {
      // Somebody took it while it was completed: the next start puts what is staged into another.
      return;
    }
    if (promise == null && scenario.faults().isEmpty()) {
      promise = 10;
    }
    if (promise != null) {
      String message = run.outcome().statusMessage();
      judgement.violated(
          promise,
          "run-failed-" + code,
          run.id() + " failed: " + (message == null ? change.cause() : message));
    }
  }

  void lookAtTheEnd() {
    int repeated = account.bucket().repeatedUnder("staging/");
    if (repeated > 0 && OF_MESSAGES.containsAll(scenario.faults())) {
      judgement.violated(4, "sent-again", repeated + " segments were sent twice");
    }
  }
}
