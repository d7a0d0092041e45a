package dev.drover.functions.snapshot;

import dev.drover.functions.state.Run;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run gets on: what is durable of it now beside what was at the hand-over before. An
 * attempt that made something durable costs no patience, however it ended. A new generation that
 * begins anew is no progress, what it then adds is.
 *
 * @param durableExtents now
 * @param since since when hand-overs find nothing new; null: there is something new, or nobody had
 *     the run yet
 */
record Stall(int durableExtents, @Nullable Instant since) {
  static Stall at(Run run, int durableExtents, Instant now) {
    Instant before = run.course().stalledSince();
    if (run.handOver().attempt() == 0 || durableExtents > run.course().durableExtents()) {
      return new Stall(durableExtents, null);
    }
    return new Stall(durableExtents, before == null ? now : before);
  }

  boolean progressed() {
    return since == null;
  }
}
