package dev.drover.functions.story;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.RunEvent;
import dev.drover.functions.state.RunStories;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keeps those events of the log of which a run's story is made, by the run's id. What is told twice
 * stands there twice. No run fails because its story could not be kept.
 */
public final class RunStory implements EventLog.Listener {
  private static final String RUN_ID = "runId";

  /** A few for each attempt; what a look finds, and what becomes of each segment, is the log's. */
  private static final Set<String> TOLD =
      Set.of(
          "run-scheduled",
          "run-asked-for",
          "run-missed",
          "run-resumed",
          "run-started",
          "run-begun",
          "run-asks-for-its-turn",
          "run-admitted",
          "run-handed-over",
          "run-waits",
          "generation-opened",
          "generation-refused",
          "generation-waits",
          "run-uploaded",
          "attempt-failed",
          "snapshot-lost",
          "snapshots-given-back",
          "epoch-begun",
          "snapshot-completing",
          "image-registered",
          "image-tested",
          "run-completed",
          "run-failed",
          "run-execution-died",
          "run-discarded",
          "run-stopped",
          "staging-purged");

  /** A sentence of AWS's may be long. */
  private static final int MAX_TEXT = 1_000;

  private final RunStories stories;
  private final InstantSource clock;
  private final EventLog log;

  /**
   * Over a table.
   *
   * @param log is told what could not be kept
   */
  public RunStory(RunStories stories, InstantSource clock, EventLog log) {
    this.stories = stories;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public void event(String event, Map<String, ?> fields) {
    Object run = fields.get(RUN_ID);
    if (run == null || !TOLD.contains(event)) {
      return;
    }
    Map<String, String> details = new HashMap<>();
    fields.forEach((name, value) -> details.put(name, shortened(value.toString())));
    details.remove(RUN_ID);
    details.values().removeIf(String::isEmpty);
    try {
      stories.add(new RunId(run.toString()), new RunEvent(clock.instant(), event, details));
    } catch (TransientException | RefusedException | InvalidMessageException e) {
      log.failure("story-not-kept", Map.of(RUN_ID, run, "untold", event), e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
