package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeedsTest {
  private static final int SEEDS = 200;
  private static final Duration SHORT = Duration.ofHours(5);

  private final Map<Scenario, List<Violation>> shown = new HashMap<>();

  @Test
  void smallFleets_withAllFaults_breakNoPromiseButByKnownDefects() {
    List<String> broken = new ArrayList<>();
    Map<KnownDefect, Integer> known = new EnumMap<>(KnownDefect.class);
    long images = 0;
    for (Fleet.Outcome outcome : all(LongStream.rangeClosed(1, SEEDS), SeedsTest::small)) {
      images += outcome.imagesVerified();
      for (Violation violation : outcome.violations()) {
        if (KnownDefect.anyExplains(violation)) {
          for (KnownDefect defect : KnownDefect.values()) {
            known.merge(defect, defect.explains(violation) ? 1 : 0, Integer::sum);
          }
        } else {
          broken.add("./drover simulate " + outcome.scenario() + "\n    " + violation);
        }
      }
    }
    System.out.printf(
        "%d seeds: %d images equal to their sources; known defects %s%n", SEEDS, images, known);
    assertThat(broken).as("promises broken, each with what replays it").isEmpty();
    assertThat(images)
        .as("a simulation without images would keep every promise")
        .isGreaterThan(SEEDS);
  }

  @Test
  void smallFleets_withoutFaults_failNoRun() {
    for (Fleet.Outcome outcome :
        all(LongStream.rangeClosed(1, 10), seed -> new Scenario(seed, 2, SHORT, Set.of(), 1))) {
      assertThat(outcome.violations()).as(outcome.scenario().toString()).isEmpty();
      assertThat(outcome.tally().byStatus().keySet()).isEqualTo(Set.of("SUCCEEDED"));
    }
  }

  @Test
  void oneSeed_isOneTrace() {
    Scenario scenario = new Scenario(4, 2, SHORT, FaultKind.all(), 1);
    long first = Simulated.run(scenario).trace().digest();
    assertThat(Simulated.run(scenario).trace().digest()).isEqualTo(first);
  }

  /** Each showed a defect until that was mended: 2 and 6 of the review, 7, 13 and 17. */
  private static List<Scenario> mended() {
    return List.of(
        new Scenario(10, 2, Duration.ofDays(2), FaultKind.all(), 1),
        new Scenario(3, 2, Duration.ofDays(2), FaultKind.all(), 1),
        new Scenario(
            2,
            3,
            Duration.ofHours(24),
            Set.of(FaultKind.ABORTS, FaultKind.NETWORK, FaultKind.OUTAGES),
            1));
  }

  @ParameterizedTest
  @MethodSource
  void mended(Scenario scenario) {
    assertThat(Simulated.run(scenario).violations())
        .as(scenario.toString())
        .allMatch(KnownDefect::anyExplains);
  }

  /**
   * Somebody stops a run whose job has the next one in nine days: the run is kept for four, and
   * then nothing is left of it.
   */
  @Test
  void failedRunThatNobodyResumes_isGivenUpAfterFourDays() {
    Scenario scenario =
        new Scenario(
            18,
            10,
            Duration.ofHours(102),
            Set.of(FaultKind.ABORTS, FaultKind.OUTAGES),
            1,
            true,
            new Scenario.Haste(200, 1));
    Fleet.Outcome outcome = Simulated.run(scenario);
    assertThat(outcome.violations()).isEmpty();
    State state = outcome.account().stateForOracle();
    assertThat(state.jobs().list().flatMap(job -> state.runs().list(job.id())))
        .filteredOn(run -> run.state() == Run.State.FAILED)
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.isResumable()).isFalse();
              assertThat(run.course().discardedAt())
                  .isBetween(
                      Fleet.START.plus(Duration.ofDays(4)),
                      Fleet.START.plus(Duration.ofDays(4)).plus(Duration.ofHours(2)));
            });
  }

  /** Expected to fail: the day one of these passes, its defect is mended and leaves the list. */
  @ParameterizedTest
  @EnumSource
  void knownDefect_isStillThere(KnownDefect defect) {
    List<Violation> violations =
        shown.computeIfAbsent(defect.scenario(), each -> Simulated.run(each).violations());
    System.out.printf("defect %d, %s: %s%n", defect.number(), defect, kinds(violations));
    assertThat(violations)
        .as("defect %d of the review, by %s", defect.number(), defect.scenario())
        .anyMatch(defect::explains);
  }

  private static Set<String> kinds(List<Violation> violations) {
    return violations.stream().map(Violation::kind).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Scenario small(long seed) {
    return new Scenario(seed, 1 + (int) (seed % 2), SHORT, FaultKind.all(), 1);
  }

  /** One after another: two in one JVM would meet at the locks of libraries that both use. */
  private static List<Fleet.Outcome> all(LongStream seeds, LongFunction<Scenario> scenario) {
    return seeds.mapToObj(scenario).map(Simulated::run).toList();
  }
}
