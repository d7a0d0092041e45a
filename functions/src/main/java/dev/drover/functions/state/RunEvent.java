package dev.drover.functions.state;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that happened to a run.
 *
 * @param event a few words with hyphens, as the log has it
 * @param details name to text
 */
public record RunEvent(Instant time, String event, Map<String, String> details) {
  /** Sorts the details by name. */
  public RunEvent {
    details = new TreeMap<>(details);
  }
}
