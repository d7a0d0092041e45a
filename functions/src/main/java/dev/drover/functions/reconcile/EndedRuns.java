package dev.drover.functions.reconcile;

import dev.drover.functions.run.RunCleanUp;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every run that has made something: what was to be deleted and was not, because a call failed or a
 * function died, goes now. A run is looked after until some time after its end, because whoever
 * works for it, a function or a connector, may not have heard of the end at once.
 */
final class EndedRuns implements Station {
  /** Longer than any function runs: only a connector that was replaced may not know of the end. */
  private static final Duration AFTER_COMPLETION = Duration.ofHours(1);

  /** A connector that was away goes on with its task when it is back, until it is refused. */
  private static final Duration AFTER_DISCARD = Duration.ofHours(24);

  /** Each asks EC2 and S3 a few times. */
  private static final int PART = 100;

  private final State state;
  private final StraySnapshots strays;
  private final RunCleanUp cleanUp;
  private final InstantSource clock;

  EndedRuns(State state, StraySnapshots strays, RunCleanUp cleanUp, InstantSource clock) {
    this.state = state;
    this.strays = strays;
    this.cleanUp = cleanUp;
    this.clock = clock;
  }

  @Override
  public String word() {
    return "runs";
  }

  @Override
  public Leg look(@Nullable String from) {
    List<RunReference> runs = state.leftovers().runsAfter(from == null ? "" : from, PART);
    return new Leg(
        runs.stream().map(run -> new Work(run.logFields(), () -> sweep(run))).toList(),
        runs.size() < PART ? null : runs.getLast().runId().value());
  }

  private void sweep(RunReference reference) {
    Run run = state.runs().find(reference).orElse(null);
    if (run == null) {
      state.leftovers().forget(reference);
      return;
    }
    strays.delete(run);
    if (run.isOver()) {
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
