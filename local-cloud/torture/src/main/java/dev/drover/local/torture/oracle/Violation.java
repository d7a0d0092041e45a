package dev.drover.local.torture.oracle;

import java.time.Instant;
import java.util.List;

/**
 * A promise that was broken.
 *
 * @param kind a word for it
 * @param faults in force at that time, or healed shortly before
 */
public record Violation(String kind, String sentence, Instant time, List<String> faults) {
  public Violation {
    faults = List.copyOf(faults);
  }
}
