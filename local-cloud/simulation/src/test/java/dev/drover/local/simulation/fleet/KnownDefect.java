package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.Set;

/**
 * What a review of the data path found and nobody has mended yet, each with the kinds of violation
 * that it causes and a scenario that must show it. Whoever mends one takes it off this list: then
 * no seed may show it any more.
 */
@SuppressWarnings("ImmutableEnumChecker") // its sets are copies
enum KnownDefect {
  /** Any failure discards what is durable, and attempts are not given back for progress. */
  FAILURE_DISCARDS(
      2,
      Set.of(
          "durable-discarded",
          "run-failed-AttemptsExhaustedException",
          "run-failed-TransientException",
          "run-failed-Timedout",
          "run-failed-ExitError",
          "run-failed-Timeout"),
      new Scenario(10, 2, Duration.ofDays(2), FaultKind.all(), 1)),
  /** A heartbeat proves a process and not that it works. */
  HEARTBEAT_WITHOUT_PROGRESS(
      3,
      Set.of("run-goes-on"),
      new Scenario(2, 2, Duration.ofHours(30), Set.of(FaultKind.HANGS), 1)),
  /** Each look at what is missing sends events again that only wait for their turn. */
  REPEATED_EVENTS(4, Set.of("events-repeated"), crowded()),
  /** Pending snapshots are not reserved. */
  PENDING_SNAPSHOTS_UNRESERVED(5, Set.of("quota-refused"), crowded()),
  /** A run whose execution died is never recovered. */
  DEAD_EXECUTION(
      6, Set.of("run-stands-still"), new Scenario(3, 2, Duration.ofDays(2), FaultKind.all(), 1)),
  /** A report of an opened generation that comes late, or never, costs the upload or the run. */
  OPENED_LATE(
      10,
      Set.of(
          "run-failed-NotAnnouncedException",
          "run-failed-ManifestDisagreesException",
          "sent-again"),
      new Scenario(2, 2, Duration.ofHours(18), Set.of(FaultKind.EVENTS), 1));

  private final int number;
  private final Set<String> kinds;
  private final Scenario scenario;

  private static Scenario crowded() {
    return new Scenario(1, 200, Duration.ofHours(4), Set.of(), 100);
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
