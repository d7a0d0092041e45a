package dev.drover.functions.snapshot;

import dev.drover.functions.account.EventBus;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.SegmentWait;
import dev.drover.functions.state.State;
import java.util.Map;

/**
 * Tells people of segments that came corrupt: nothing of them is in EBS and they are sent again,
 * but a machine, a link or somebody spoils what a connector sends.
 *
 * <p>The event is put before the run says that it was: a function that dies in between tells twice.
 */
final class CorruptSegments {
  /** What the event's rules match. */
  static final String EVENT = "Drover Segment Came Corrupt";

  private final State state;
  private final EventBus events;

  CorruptSegments(State state, EventBus events) {
    this.state = state;
    this.events = events;
  }

  /** Tells of those that nobody was told of. */
  void tell(Run run, SegmentWait counted) {
    if (counted.corrupt() <= run.course().corruptSegments()) {
      return;
    }
    events.put(
        EVENT,
        Map.of(
            "replicationJobId", run.jobId().value(),
            "replicationRunId", run.id().value(),
            "segments", Integer.toString(counted.corrupt()),
            "last", String.valueOf(counted.lastCorrupt())));
    state.runs().corrupt(run.reference(), counted.corrupt());
  }
}
