package dev.drover.local.simulation.fault;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What becomes of events and messages on their way. */
public final class EventFaults {
  private static final int USUAL_MILLIS = 1_000;

  private final Set<FaultKind> kinds;
  private final RandomGenerator random;

  public EventFaults(Set<FaultKind> kinds, RandomGenerator random) {
    this.kinds = Set.copyOf(kinds);
    this.random = random;
  }

  /** When an event of S3 comes: mostly once and soon, but at least once is all that S3 promises. */
  public List<Duration> eventDelays() {
    Duration soon = Duration.ofMillis(200 + random.nextInt(USUAL_MILLIS));
    if (!kinds.contains(FaultKind.EVENTS)) {
      return List.of(soon);
    }
    return switch (random.nextInt(20)) {
      case 0 -> List.of();
      case 1 -> List.of(soon, soon.plusSeconds(random.nextInt(600)));
      case 2 -> List.of(soon.plusSeconds(random.nextInt(3_600)));
      default -> List.of(soon);
    };
  }

  /** Whether a message comes twice. */
  public boolean duplicatesMessage() {
    return kinds.contains(FaultKind.QUEUES) && random.nextInt(50) == 0;
  }

  /** Whether a queue gives its messages in any order; else the oldest first. */
  public boolean disorders() {
    return kinds.contains(FaultKind.QUEUES);
  }
}
