package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MinimiserTest {
  private static final Scenario LONG = new Scenario(7, 40, Duration.ofDays(9), FaultKind.all(), 1);

  /** It needs three servers, lost events, and 30 hours; fewer servers break something else. */
  private static List<Violation> broken(Scenario scenario) {
    if (scenario.servers() < 3) {
      return List.of(
          new Violation(5, "staging-left", Fleet.START.plusSeconds(60), "something else"));
    }
    boolean breaks =
        scenario.faults().contains(FaultKind.EVENTS)
            && scenario.duration().compareTo(Duration.ofHours(30)) >= 0;
    return breaks
        ? List.of(
            new Violation(
                1, "content-differs", Fleet.START.plus(Duration.ofMinutes(1_790)), "as it was"))
        : List.of();
  }

  @Test
  void minimise_failingScenario_isTheShortestThatBreaksTheSamePromise() {
    Scenario shortest = new Minimiser(LONG, broken(LONG), MinimiserTest::broken).minimise();

    assertThat(shortest)
        .isEqualTo(new Scenario(7, 5, Duration.ofHours(30), Set.of(FaultKind.EVENTS), 1));
    assertThat(shortest).hasToString("--seed 7 --servers 5 --days 1.25 --faults events");
  }

  @Test
  void minimise_nothingLessBreaksIt_isTheScenarioItself() {
    Violation found = new Violation(1, "content-differs", Fleet.START.plus(LONG.duration()), "so");

    Scenario shortest =
        new Minimiser(LONG, List.of(found), less -> less.equals(LONG) ? List.of(found) : List.of())
            .minimise();

    assertThat(shortest).isEqualTo(LONG);
  }
}
