package dev.drover.functions.reconcile;

import dev.drover.functions.account.Listing;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.RunId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schedules in the stack's group. Wanted is the one of a job's next run. */
final class ScheduleKind implements LeftoverKind {
  private final State state;
  private final RunSchedule schedule;

  ScheduleKind(State state, RunSchedule schedule) {
    this.state = state;
    this.schedule = schedule;
  }

  @Override
  public String word() {
    return "schedule";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<RunSchedule.Standing> listing = schedule.standing(from);
    Known known = new Known(state);
    known.readJobs(
        listing.items().stream()
            .flatMap(standing -> reference(standing.name()).stream())
            .map(RunReference::jobId)
            .toList());
    List<Leftover> leftovers =
        listing.items().stream().flatMap(standing -> judge(standing, known).stream()).toList();
    return new Part(leftovers, listing.items().size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    return Listing.find(schedule::standing, standing -> standing.name().equals(name))
        .flatMap(standing -> judge(standing, new Known(state)));
  }

  @Override
  public boolean remove(Leftover leftover) {
    RunReference run = reference(leftover.name()).orElseThrow();
    schedule.delete(run.jobId(), run.runId());
    return true;
  }

  private static Optional<RunReference> reference(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? Optional.empty()
        : Known.reference(name.substring(0, dot), name.substring(dot + 1));
  }

  private Optional<Leftover> judge(RunSchedule.Standing standing, Known known) {
    Optional<RunReference> run = reference(standing.name());
    if (run.isEmpty()) {
      return left(standing, "its name is none of a run", Leftover.Removal.BY_HAND);
    }
    Optional<Job> job = known.job(run.get().jobId());
    if (job.isEmpty()) {
      return left(standing, "there is no job " + run.get().jobId(), Leftover.Removal.ON_REQUEST);
    }
    if (job.get().state().isEnded()) {
      return left(standing, job.get().id() + " has ended", Leftover.Removal.AUTOMATIC);
    }
    Job.NextRun next = job.get().schedule().next();
    RunId nextRun = next == null ? null : next.id();
    return run.get().runId().equals(nextRun)
        ? Optional.empty()
        : left(
            standing,
            run.get().runId() + " is not the next run of " + job.get().id(),
            Leftover.Removal.AUTOMATIC);
  }

  /** The Scheduler charges for what it starts, and not for what waits. */
  private Optional<Leftover> left(
      RunSchedule.Standing standing, String reason, Leftover.Removal removal) {
    return Optional.of(
        new Leftover(word(), standing.name(), reason, standing.createdAt(), null, 0, removal));
  }
}
