package dev.drover.functions.reconcile;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.RunCleanUp;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Looks after every run that has made something, and every job that has ended: what was to be
 * deleted and was not, because a call failed or a function died, goes now. A run is looked after
 * until some time after its end, because whoever works for it, a function or a connector, may not
 * have heard of the end at once.
 */
final class LeftoverSweep {
  /** Longer than any function runs: only a connector that was replaced may not know of the end. */
  private static final Duration AFTER_COMPLETION = Duration.ofHours(1);

  /** A connector that was away goes on with its task when it is back, until it is refused. */
  private static final Duration AFTER_DISCARD = Duration.ofHours(24);

  private final State state;
  private final StraySnapshots strays;
  private final RunCleanUp cleanUp;
  private final EndedBases bases;
  private final InstantSource clock;
  private final EventLog log;

  LeftoverSweep(
      State state,
      StraySnapshots strays,
      RunCleanUp cleanUp,
      EndedBases bases,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.strays = strays;
    this.cleanUp = cleanUp;
    this.bases = bases;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Sweeps. A run or job that fails holds up no other.
   *
   * @return how many of both were looked after
   * @throws TransientException when one or more failed
   */
  int sweep() {
    List<RunReference> runs = state.leftovers().runs();
    int failed = 0;
    for (RunReference run : runs) {
      try {
        sweep(run);
      } catch (RuntimeException e) {
        failed++;
        log.failure("run-not-swept", run.logFields(), e);
      }
    }
    List<Job> jobs = state.jobs().endedWithBases();
    for (Job job : jobs) {
      try {
        bases.remove(job);
      } catch (RuntimeException e) {
        failed++;
        log.failure("job-not-swept", Map.of("jobId", job.id()), e);
      }
    }
    int all = runs.size() + jobs.size();
    log.event(
        "leftovers-swept", Map.of("runs", runs.size(), "jobs", jobs.size(), "failed", failed));
    if (failed > 0) {
      throw new TransientException(failed + " of " + all + " runs and jobs were not swept");
    }
    return all;
  }

  private void sweep(RunReference reference) {
    Run run = state.runs().find(reference).orElse(null);
    if (run == null) {
      state.leftovers().forget(reference);
      return;
    }
    strays.delete(run);
    if (run.state().isEnded() && !run.isResumable()) {
      cleanUp.cleanUp(reference);
      Duration stragglers = run.state() == Run.State.COMPLETED ? AFTER_COMPLETION : AFTER_DISCARD;
      forgetLater(reference, stragglers);
    }
  }

  private void forgetLater(RunReference run, Duration stragglers) {
    Instant now = clock.instant();
    if (!now.isBefore(state.leftovers().endedBy(run, now).plus(stragglers))) {
      state.leftovers().forget(run);
    }
  }
}
