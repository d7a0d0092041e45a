package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.asl.StatusChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts how executions ended, and keeps the slowest of them. */
public final class Tally {
  private static final int SLOWEST = 10;

  private final Map<String, Integer> byStatus = new TreeMap<>();
  private final List<Ended> slowest = new ArrayList<>();
  private int mostEvents;

  /** An execution that took long. */
  public record Ended(String run, String status, Duration duration) {}

  void ended(StatusChange change) {
    String status = String.valueOf(change.execution().status());
    String error = change.error();
    byStatus.merge(error == null ? status : status + " " + error, 1, Integer::sum);
    mostEvents = Math.max(mostEvents, change.execution().events());
    slowest.add(
        new Ended(
            change.execution().name(),
            status,
            Duration.between(change.execution().started(), change.execution().ended())));
    slowest.sort((a, b) -> b.duration().compareTo(a.duration()));
    if (slowest.size() > SLOWEST) {
      slowest.removeLast();
    }
  }

  /** How many executions ended so. */
  public Map<String, Integer> byStatus() {
    return byStatus;
  }

  /** The slowest, slowest first. */
  public List<Ended> slowest() {
    return slowest;
  }

  /** The longest history. */
  public int mostEvents() {
    return mostEvents;
  }
}
