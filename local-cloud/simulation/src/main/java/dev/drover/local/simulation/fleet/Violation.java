package dev.drover.local.simulation.fleet;

import java.time.Instant;

/**
 * A promise that was not kept.
 *
 * @param promise its number in the design, §3
 * @param kind the same for the same cause, for example {@code staging-left}
 * @param sentence what was found
 */
public record Violation(int promise, String kind, Instant time, String sentence) {
  /** An error's name without its package or service, as kinds have it. */
  static String shortened(String error) {
    return error.substring(error.lastIndexOf('.') + 1);
  }

  @Override
  public String toString() {
    return "promise " + promise + ", " + kind + " at " + time + ": " + sentence;
  }
}
