package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In a class of its own, so that it runs beside {@link SeedsTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnownDefectsTest {
  private final Map<Scenario, List<Violation>> shown = new HashMap<>();

  /** Expected to fail: the day one of these passes, its defect is mended and leaves the list. */
  @ParameterizedTest
  @EnumSource
  void knownDefect_isStillThere(KnownDefect defect) {
    List<Violation> violations = violations(defect.scenario());
    System.out.printf("defect %d, %s: %s%n", defect.number(), defect, kinds(violations));
    assertThat(violations)
        .as("defect %d of the review, by %s", defect.number(), defect.scenario())
        .anyMatch(defect::explains);
  }

  /** Defect 5, mended; here because the scenario is simulated anyway. */
  @Test
  void moreDisksThanMayBePending_waitTheirTurn() {
    Scenario crowded = KnownDefect.REPEATED_EVENTS.scenario();
    assertThat(violations(crowded))
        .as("%s", crowded)
        .noneMatch(violation -> violation.kind().equals("quota-refused"));
  }

  private List<Violation> violations(Scenario scenario) {
    return shown.computeIfAbsent(scenario, each -> Simulated.run(each).violations());
  }

  private static Set<String> kinds(List<Violation> violations) {
    return violations.stream().map(Violation::kind).collect(Collectors.toCollection(TreeSet::new));
  }
}
