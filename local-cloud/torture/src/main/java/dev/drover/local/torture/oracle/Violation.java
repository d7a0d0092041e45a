package dev.drover.local.torture.oracle;

import java.time.Instant;
import java.util.List;

/**
 * A promise that was broken.
 *
 * @param kind a word for it
 * @param faults in force at that time, or healed shortly before
 * @param log the last lines of logs that name its run
 */
public record Violation(
    String kind, String sentence, Instant time, List<String> faults, List<String> log) {
  public Violation {
    faults = List.copyOf(faults);
    log = List.copyOf(log);
  }
}
