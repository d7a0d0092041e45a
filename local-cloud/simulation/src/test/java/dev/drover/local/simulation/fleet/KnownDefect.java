package dev.drover.local.simulation.fleet;

import java.time.Duration;
import java.util.Set;

/**
 * What a review of the data path found and nobody has mended yet, each with the kinds of violation
 * that it causes and a scenario that must show it. Whoever mends one takes it off this list: then
 * no seed may show it any more.
 */
@SuppressWarnings("ImmutableEnumChecker") // its sets are copies
enum KnownDefect {
  /** Each look at what is missing sends events again that only wait for their turn. */
  REPEATED_EVENTS(4, Set.of("events-repeated"), crowded());

  private static final int ALL_AT_ONCE = 12;

  private final int number;
  private final Set<String> kinds;
  private final Scenario scenario;

  /** More disks than EBS lets be pending, all at once. */
  private static Scenario crowded() {
    return new Scenario(
        1, 70, Duration.ofHours(1), Set.of(), 100, new Scenario.Haste(ALL_AT_ONCE, 1));
  }

  KnownDefect(int number, Set<String> kinds, Scenario scenario) {
    this.number = number;
    this.kinds = Set.copyOf(kinds);
    this.scenario = scenario;
  }

  /** Its number in the review. */
  int number() {
    return number;
  }

  /** Shows it. */
  Scenario scenario() {
    return scenario;
  }

  boolean explains(Violation violation) {
    return kinds.contains(violation.kind());
  }

  static boolean anyExplains(Violation violation) {
    for (KnownDefect defect : values()) {
      if (defect.explains(violation)) {
        return true;
      }
    }
    return false;
  }
}
