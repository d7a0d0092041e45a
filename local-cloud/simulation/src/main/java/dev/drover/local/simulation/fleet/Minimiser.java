package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Looks for a shorter scenario in which the same promise breaks for the same kind of reason. */
public final class Minimiser {
  private static final int PARTS = 4;

  private final Function<Scenario, List<Violation>> simulate;
  private Scenario shortest;
  private Violation wanted;

  /**
   * Begins with a scenario that fails.
   *
   * @param violations its own, one at least
   * @param simulate what is broken in another scenario
   */
  public Minimiser(
      Scenario failing, List<Violation> violations, Function<Scenario, List<Violation>> simulate) {
    this.simulate = simulate;
    this.shortest = failing;
    this.wanted = violations.getFirst();
  }

  /** Tries less of each, and time last again, because what is left often fails sooner. */
  public Scenario minimise() {
    shortenTime();
    removeServers();
    removeFaults();
    removeServers();
    shortenTime();
    return shortest;
  }

  /** To the hour in which the promise broke. */
  private void shortenTime() {
    long hours = Math.ceilDiv(Duration.between(Fleet.START, wanted.time()).toSeconds(), 3_600);
    attempt(with(shortest.servers(), Duration.ofHours(Math.max(1, hours)), shortest.faults()));
  }

  private void removeServers() {
    int all = shortest.servers();
    Set<Integer> fewer = new TreeSet<>(List.of(1, 2));
    for (int part = 1; part < PARTS; part++) {
      fewer.add(all * part / PARTS);
    }
    for (int servers : fewer) {
      if (servers >= 1
          && servers < all
          && attempt(with(servers, shortest.duration(), shortest.faults()))) {
        return;
      }
    }
  }

  private void removeFaults() {
    for (FaultKind kind : FaultKind.values()) {
      if (shortest.faults().contains(kind)) {
        Set<FaultKind> fewer = EnumSet.copyOf(shortest.faults());
        fewer.remove(kind);
        attempt(with(shortest.servers(), shortest.duration(), fewer));
      }
    }
  }

  private Scenario with(int servers, Duration duration, Set<FaultKind> faults) {
    return new Scenario(
        shortest.seed(),
        servers,
        duration,
        faults,
        shortest.scale(),
        shortest.isLong(),
        shortest.haste());
  }

  private boolean attempt(Scenario scenario) {
    if (scenario.equals(shortest)) {
      return false;
    }
    Optional<Violation> same =
        simulate.apply(scenario).stream()
            .filter(found -> found.promise() == wanted.promise())
            .filter(found -> found.kind().equals(wanted.kind()))
            .findFirst();
    if (same.isEmpty()) {
      return false;
    }
    shortest = scenario;
    wanted = same.get();
    return true;
  }
}
