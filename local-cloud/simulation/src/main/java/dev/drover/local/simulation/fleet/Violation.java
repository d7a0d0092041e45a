package dev.drover.local.simulation.fleet;

import java.time.Instant;

/**
 * A promise that was not kept.
 *
 * @param promise its number in the design, §3
 * @param sentence what was found
 */
public record Violation(int promise, Instant time, String sentence) {
  @Override
  public String toString() {
    return "promise " + promise + " at " + time + ": " + sentence;
  }
}
