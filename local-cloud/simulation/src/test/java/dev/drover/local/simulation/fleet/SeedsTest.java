package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.fault.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SeedsTest {
  private static final int SEEDS = 200;
  private static final Duration SHORT = Duration.ofHours(5);

  @Test
  void smallFleets_withAllFaults_breakNoPromise() {
    List<String> broken = new ArrayList<>();
    long images = 0;
    for (Fleet.Outcome outcome : all(LongStream.rangeClosed(1, SEEDS), SeedsTest::small)) {
      images += outcome.imagesVerified();
      for (Violation violation : outcome.violations()) {
        broken.add("./drover simulate " + outcome.scenario() + "\n    " + violation);
      }
    }
    System.out.printf("%d seeds: %d images equal to their sources%n", SEEDS, images);
    assertThat(broken).as("promises broken, each with what replays it").isEmpty();
    assertThat(images)
        .as("a simulation without images would keep every promise")
        .isGreaterThan(SEEDS);
  }

  @Test
  void smallFleets_withoutFaults_failNoRun() {
    long images = 0;
    for (Fleet.Outcome outcome :
        all(LongStream.rangeClosed(1, 10), seed -> new Scenario(seed, 2, SHORT, Set.of(), 1))) {
      assertThat(outcome.violations()).as(outcome.scenario().toString()).isEmpty();
      // In five hours a job's first run may just have begun.
      assertThat(outcome.tally().byStatus().keySet()).isSubsetOf("SUCCEEDED");
      images += outcome.imagesVerified();
    }
    assertThat(images).isGreaterThan(10);
  }

  @Test
  void oneSeed_isOneTrace() {
    Scenario scenario = new Scenario(4, 2, SHORT, FaultKind.all(), 1);
    long first = Simulated.run(scenario).trace().digest();
    assertThat(Simulated.run(scenario).trace().digest()).isEqualTo(first);
  }

  /** Each showed a defect until it was mended: the kinds that it caused, and a scenario of them. */
  static Stream<Arguments> mended() {
    Set<String> openedLate =
        Set.of(
            "run-failed-NotAnnouncedException",
            "run-failed-ManifestDisagreesException",
            "durable-sent-again",
            "sent-again");
    return Stream.of(
        // 10: a report of an opened generation that came late, or never.
        Arguments.of(
            openedLate, new Scenario(1, 2, Duration.ofHours(18), Set.of(FaultKind.EVENTS), 1)),
        Arguments.of(
            openedLate, new Scenario(2, 2, Duration.ofHours(18), Set.of(FaultKind.EVENTS), 1)),
        Arguments.of(
            openedLate, new Scenario(3, 2, Duration.ofHours(18), Set.of(FaultKind.EVENTS), 1)),
        // 4, 5: whoever waited for his turn was told of again, and EBS was asked for more than it
        // has.
        Arguments.of(
            Set.of("events-repeated", "quota-refused"),
            new Scenario(1, 70, Duration.ofHours(1), Set.of(), 100, new Scenario.Haste(12, 1))),
        // 2, 6: a failure discarded what was durable, a run whose execution died stood still.
        Arguments.of(
            Set.of(
                "durable-discarded",
                "run-failed-TransientException",
                "run-failed-Timedout",
                "run-failed-ExitError",
                "run-failed-Timeout"),
            new Scenario(10, 2, Duration.ofDays(2), FaultKind.all(), 1)),
        Arguments.of(
            Set.of("run-stands-still"), new Scenario(3, 2, Duration.ofDays(2), FaultKind.all(), 1)),
        // A snapshot that was taken away, or given back, ended the run for good.
        Arguments.of(
            Set.of("durable-discarded", "durable-sent-again", "run-failed-SnapshotLostException"),
            new Scenario(
                10, 2, Duration.ofDays(2), Set.of(FaultKind.SNAPSHOTS, FaultKind.ABORTS), 1)),
        // 3: a heartbeat proved a process and not that it works.
        Arguments.of(
            Set.of("run-goes-on"),
            new Scenario(2, 2, Duration.ofHours(30), Set.of(FaultKind.HANGS), 1)),
        Arguments.of(
            Set.of("run-goes-on"),
            new Scenario(6, 2, Duration.ofHours(30), Set.of(FaultKind.HANGS), 1)),
        // 7, 13, 17: what could not be deleted at once stayed, and what came after a run's end.
        Arguments.of(
            Set.of("snapshot-left", "pending-snapshot-left", "digest-list-left", "staging-left"),
            new Scenario(
                2,
                3,
                Duration.ofHours(24),
                Set.of(FaultKind.ABORTS, FaultKind.NETWORK, FaultKind.OUTAGES),
                1)));
  }

  @ParameterizedTest
  @MethodSource
  void mended(Set<String> kinds, Scenario scenario) {
    assertThat(Simulated.run(scenario).violations())
        .as(scenario.toString())
        .noneMatch(violation -> kinds.contains(violation.kind()));
  }

  /**
   * Runs that somebody stopped keep their pending snapshots; the other servers wait for these and
   * get them, and twelve hours later the kept runs are completed in other snapshots, from staging.
   */
  @Test
  void keptRunsThatGaveBackTheirSnapshots_areCompletedWithNothingSentAgain() {
    // Which runs are stopped, and again when they were resumed, a seed decides.
    long completedInAnother =
        LongStream.rangeClosed(1, 8)
            .map(SeedsTest::disksCompletedInAnotherSnapshot)
            .filter(disks -> disks > 0)
            .findFirst()
            .orElse(0);
    assertThat(completedInAnother)
        .as("disks that were completed in another snapshot than the first")
        .isPositive();
  }

  private static long disksCompletedInAnotherSnapshot(long seed) {
    Fleet.Outcome outcome =
        Simulated.run(
            new Scenario(
                seed,
                70,
                Duration.ofHours(14),
                Set.of(FaultKind.ABORTS),
                100,
                new Scenario.Haste(12, 12)));
    State state = outcome.account().stateForOracle();
    assertThat(outcome.violations()).isEmpty();
    assertThat(outcome.account().bucket().repeatedUnder("staging/")).isZero();
    return state
        .jobs()
        .list()
        .flatMap(job -> state.runs().list(job.id()))
        .filter(run -> run.state() == Run.State.COMPLETED)
        .flatMap(run -> state.disks().list(run.id()).stream())
        .filter(disk -> disk.epoch() > 1)
        .count();
  }

  /**
   * Somebody stops a run whose job has the next one in nine days: the run is kept for four, and
   * then nothing is left of it.
   */
  @Test
  void failedRunThatNobodyResumes_isGivenUpAfterFourDays() {
    // A longer simulation begins as a shorter one of its seed does.
    long seed =
        LongStream.rangeClosed(1, 100)
            .filter(each -> failedRuns(Simulated.run(nextRunInNineDays(each, 1))).size() == 1)
            .findFirst()
            .orElseThrow();
    Fleet.Outcome outcome = Simulated.run(nextRunInNineDays(seed, 102));
    assertThat(outcome.violations()).isEmpty();
    assertThat(failedRuns(outcome))
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

  private static Scenario nextRunInNineDays(long seed, int hours) {
    return new Scenario(
        seed,
        10,
        Duration.ofHours(hours),
        Set.of(FaultKind.ABORTS, FaultKind.OUTAGES),
        1,
        true,
        new Scenario.Haste(200, 1));
  }

  private static List<Run> failedRuns(Fleet.Outcome outcome) {
    State state = outcome.account().stateForOracle();
    return state
        .jobs()
        .list()
        .flatMap(job -> state.runs().list(job.id()))
        .filter(run -> run.state() == Run.State.FAILED)
        .toList();
  }

  private static Scenario small(long seed) {
    return new Scenario(seed, 1 + (int) (seed % 2), SHORT, FaultKind.all(), 1);
  }

  /** One after another: two in one JVM would meet at the locks of libraries that both use. */
  private static List<Fleet.Outcome> all(LongStream seeds, LongFunction<Scenario> scenario) {
    return seeds.mapToObj(scenario).map(Simulated::run).toList();
  }
}
