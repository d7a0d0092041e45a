package dev.drover.functions.reconcile;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * VM Import's tasks at work that carry a run's tag. Wanted are those of runs that go on or may be
 * resumed; what has ended costs nothing, and its image is a kind of its own.
 */
final class ImportKind implements LeftoverKind {
  private final State state;
  private final ImageImports imports;

  ImportKind(State state, ImageImports imports) {
    this.state = state;
    this.imports = imports;
  }

  @Override
  public String word() {
    return "import";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<ImageImports.Task> listing = imports.tagged(from);
    Known known = new Known(state);
    List<ImageImports.Task> active =
        listing.items().stream()
            .filter(task -> task.status() == ImageImports.Status.ACTIVE)
            .toList();
    known.readRuns(active.stream().flatMap(task -> run(task).stream()).toList());
    List<Leftover> leftovers =
        active.stream().flatMap(task -> judge(task, known).stream()).toList();
    return new Part(leftovers, listing.items().size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    return imports
        .find(name)
        .filter(task -> task.status() == ImageImports.Status.ACTIVE)
        .flatMap(task -> judge(task, new Known(state)));
  }

  @Override
  public boolean remove(Leftover leftover) {
    imports.cancel(leftover.name());
    return true;
  }

  /** The sweep visits every run that ended, and ends its import. */
  @Override
  public boolean isSwept() {
    return false;
  }

  private Optional<Leftover> judge(ImageImports.Task task, Known known) {
    String runId = task.tags().get(Snapshots.TAG_RUN);
    Optional<Run> run = run(task).flatMap(known::run);
    if (run.isEmpty()) {
      return runId == null
          ? Optional.empty()
          : left(
              task,
              "this stack knows no run " + runId + ", another stack of the account may",
              Leftover.Removal.BY_HAND);
    }
    return run.get().isOver()
        ? left(task, Known.end(run.get()), Leftover.Removal.AUTOMATIC)
        : Optional.empty();
  }

  private static Optional<RunReference> run(ImageImports.Task task) {
    return Known.reference(task.tags().get(Snapshots.TAG_JOB), task.tags().get(Snapshots.TAG_RUN));
  }

  /** VM Import itself is free of charge, and EC2 does not say when a task began. */
  private Optional<Leftover> left(ImageImports.Task task, String reason, Leftover.Removal removal) {
    return Optional.of(new Leftover(word(), task.id(), reason, null, null, 0, removal));
  }
}
