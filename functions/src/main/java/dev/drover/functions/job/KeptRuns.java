package dev.drover.functions.job;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.time.Instant;
import java.util.Optional;

/** The failed runs whose jobs go on with them at their next start. */
final class KeptRuns {
  private final State state;
  private final EventLog log;

  KeptRuns(State state, EventLog log) {
    this.state = state;
    this.log = log;
  }

  /** The run that the job's next start goes on with, if one is kept. */
  Optional<Run> find(Job job) {
    return Optional.ofNullable(job.history().resumableRunId())
        .flatMap(id -> state.runs().find(new RunReference(job.id(), id)));
  }

  /** Whether the run's time is over, so that it is not gone on with. */
  static boolean isOver(Run kept, Instant now) {
    Instant until = kept.course().resumableUntil();
    return until == null || !until.isAfter(now);
  }

  /**
   * Gives up the run that the job keeps if its time is over. What it left goes with the next hourly
   * look.
   *
   * @return whether there was one, so that the job has to be looked at again
   */
  boolean discardIfOver(Job job, Instant now) {
    Optional<Run> kept = find(job).filter(run -> isOver(run, now));
    kept.ifPresent(run -> discard(job, run, now));
    return kept.isPresent();
  }

  /** Gives up the run that the job keeps, if it keeps one. */
  void discard(Job job, Instant now) {
    find(job).ifPresent(run -> discard(job, run, now));
  }

  private void discard(Job job, Run run, Instant now) {
    boolean discarded =
        state
            .transaction()
            .with(state.runs().discard(run, now))
            .with(state.jobs().giveUp(job.id(), run.id()))
            .with(state.leftovers().ended(run.reference()))
            .with(state.admissions().left(run.id()))
            .commit();
    if (discarded) {
      log.event("run-discarded", run.reference().logFields());
    }
  }
}
