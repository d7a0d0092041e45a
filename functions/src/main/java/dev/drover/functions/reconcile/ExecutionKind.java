package dev.drover.functions.reconcile;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.Listing;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.state.ExecutionInput;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.MessageJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Executions of replicate-run. Wanted are those of runs that have not ended; after a run's end its
 * execution still prunes, or cleans up.
 */
final class ExecutionKind implements LeftoverKind {
  /** What comes after a commit or a failure takes minutes. */
  private static final Duration AFTER_THE_END = Duration.ofHours(1);

  private final State state;
  private final Executions executions;
  private final InstantSource clock;

  ExecutionKind(State state, Executions executions, InstantSource clock) {
    this.state = state;
    this.executions = executions;
    this.clock = clock;
  }

  @Override
  public String word() {
    return "execution";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<Executions.Running> listing = executions.running(from);
    // Each is asked for its input, but those of the runs that jobs are at.
    Set<RunId> atWork =
        state
            .jobs()
            .list()
            .map(job -> job.history().activeRunId())
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet());
    Known known = new Known(state);
    List<Leftover> leftovers =
        listing.items().stream()
            .filter(execution -> !isOfOne(execution.name(), atWork))
            .flatMap(execution -> judge(execution, known).stream())
            .toList();
    return new Part(leftovers, listing.items().size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    return Listing.find(executions::running, running -> running.name().equals(name))
        .flatMap(running -> judge(running, new Known(state)));
  }

  /** EndRun hears of it, and cleans up again. */
  @Override
  public boolean remove(Leftover leftover) {
    executions.stop(leftover.name());
    return true;
  }

  /** {@code <run>-<execution>}. */
  private static boolean isOfOne(String name, Set<RunId> runs) {
    int hyphen = name.lastIndexOf('-');
    try {
      return hyphen > 0 && runs.contains(new RunId(name.substring(0, hyphen)));
    } catch (InvalidMessageException e) {
      return false;
    }
  }

  private Optional<Leftover> judge(Executions.Running running, Known known) {
    Optional<RunExecution> execution = executions.input(running.name()).flatMap(this::read);
    if (execution.isEmpty()) {
      return left(running, "its input names no run", Leftover.Removal.BY_HAND);
    }
    Optional<Run> run = known.run(execution.get().run());
    if (run.isEmpty()) {
      return left(
          running, "there is no run " + execution.get().runId(), Leftover.Removal.ON_REQUEST);
    }
    boolean isOver =
        run.get().state().isEnded()
            && endOf(run.get()).plus(AFTER_THE_END).isBefore(clock.instant());
    return isOver
        ? left(running, run.get().id() + " has ended", Leftover.Removal.AUTOMATIC)
        : Optional.empty();
  }

  private Optional<RunExecution> read(String input) {
    try {
      return Optional.of(
          MessageJson.read("the execution's input", input, ExecutionInput.class).self());
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }

  /** Far in the past where nobody wrote it down. */
  private static Instant endOf(Run run) {
    Instant kept = run.course().resumableUntil();
    Instant failed =
        kept == null ? run.course().discardedAt() : kept.minus(ReplicateRunLimits.RESUMABLE);
    Instant ended = run.state() == Run.State.COMPLETED ? run.outcome().completedTime() : failed;
    return ended == null ? Instant.EPOCH : ended;
  }

  /** Step Functions charges for transitions, and not for what waits. */
  private Optional<Leftover> left(
      Executions.Running running, String reason, Leftover.Removal removal) {
    return Optional.of(
        new Leftover(word(), running.name(), reason, running.startedAt(), null, 0, removal));
  }
}
