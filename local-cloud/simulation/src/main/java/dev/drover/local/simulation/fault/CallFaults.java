package dev.drover.local.simulation.fault;

import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What becomes of calls to services. */
public final class CallFaults {
  private final Set<FaultKind> kinds;
  private final RandomGenerator random;
  private final int severity;

  /**
   * Faults of those kinds.
   *
   * @param severity so many times as often as usual
   */
  public CallFaults(Set<FaultKind> kinds, RandomGenerator random, int severity) {
    this.kinds = Set.copyOf(kinds);
    this.random = random;
    this.severity = severity;
  }

  /** A call's fate. */
  public enum Fate {
    /** It arrives, and so does its answer. */
    ANSWERED,
    /** It never arrives. */
    REQUEST_LOST,
    /** It is carried out, and nobody hears of it. */
    ANSWER_LOST,
    /** The service has too much to do. */
    THROTTLED
  }

  /** One way of a call. */
  public Duration latency() {
    return Duration.ofMillis(2L + random.nextInt(20));
  }

  /** How long the caller waits in vain. */
  public Duration silence() {
    return Duration.ofSeconds(1L + random.nextInt(30));
  }

  /** What becomes of the next call. */
  public Fate fate() {
    if (!kinds.contains(FaultKind.NETWORK)) {
      return Fate.ANSWERED;
    }
    return switch (random.nextInt(300 / severity)) {
      case 0 -> Fate.REQUEST_LOST;
      case 1 -> Fate.ANSWER_LOST;
      case 2 -> Fate.THROTTLED;
      default -> Fate.ANSWERED;
    };
  }

  /** Whether the function dies in the next call. */
  public boolean killsFunction() {
    return kinds.contains(FaultKind.FUNCTIONS) && random.nextInt(1_500 / severity) == 0;
  }
}
