package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.LongTest;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A job's 90 days, where clocks change in between: its runs are so many hours apart, none is lost
 * and none is double, and then it ends. A minute of CPU, most of it for what comes each minute and
 * not for runs, so that only {@code -Ddrover.longTests=true} runs it; the functions' JobLifeTest
 * has the same with doubles.
 */
@LongTest("takes a minute of CPU: CONTRIBUTING.md says how to run it")
class JobLifeTest {
  /** Whose summer time, with its pause in Ramadan, ends within the 90 days: 7 February 2027. */
  private static final String ZONE = "Africa/Casablanca";

  private static final Duration EVERY = Duration.ofHours(12);
  private static final Duration LIFETIME = Duration.ofDays(90);

  private final TimeZone before = TimeZone.getDefault();

  @BeforeEach
  void travel() {
    TimeZone.setDefault(TimeZone.getTimeZone(ZONE));
  }

  @AfterEach
  void comeHome() {
    TimeZone.setDefault(before);
  }

  @Test
  void job_ofNinetyDaysWithDaylightSavingAndMovedClocks_runsOnTimeAndEnds() {
    ZoneOffsetTransition change = ZoneId.of(ZONE).getRules().nextTransition(Fleet.START);
    assertThat(change.getInstant()).isBetween(Fleet.START, Fleet.START.plus(LIFETIME));
    Scenario scenario =
        new Scenario(1, 1, LIFETIME.plusDays(2), Set.of(), 64, true, new Scenario.Haste(12, 1));

    Fleet.Outcome outcome =
        Simulated.run(
            scenario,
            fleet -> {
              // A site whose clock shows local time, and one that was set wrongly for a while.
              fleet.moveClocks(
                  Duration.between(Fleet.START, change.getInstant()), Duration.ofHours(-1));
              fleet.moveClocks(Duration.ofDays(20), Duration.ofHours(3));
              fleet.moveClocks(Duration.ofDays(30), Duration.ofHours(-3));
            });

    assertThat(outcome.violations()).isEmpty();
    State state = outcome.account().stateForOracle();
    Job job = state.jobs().list().findFirst().orElseThrow();
    List<Run> runs =
        state.runs().list(job.id()).sorted(Comparator.comparing(Run::scheduledStartTime)).toList();
    assertThat(runs).extracting(Run::state).containsOnly(Run.State.COMPLETED);
    Instant first = runs.getFirst().scheduledStartTime();
    Instant end = job.history().lifetime().end().orElseThrow();
    assertThat(end).isBetween(first.plus(LIFETIME), first.plus(LIFETIME).plusSeconds(60));
    // The first run began a moment after its time; a run whose time lies between may come or not.
    assertThat(runs.stream().map(Run::scheduledStartTime).filter(first.plus(LIFETIME)::isAfter))
        .containsExactlyElementsOf(times(first, first.plus(LIFETIME)));
    assertThat(runs.getLast().scheduledStartTime()).isBefore(end);
    assertThat(job.state()).isEqualTo(Job.State.DELETED);
    assertThat(job.statusMessage()).contains("it ends 90 days after its first run");
    assertThat(outcome.account().scheduler().standing()).isEmpty();
    assertThat(outcome.account().events()).hasSize(1);
  }

  /** Every time at which a run is to start, before the job ends. */
  private static List<Instant> times(Instant first, Instant end) {
    return Stream.iterate(first, time -> time.isBefore(end), time -> time.plus(EVERY)).toList();
  }
}
