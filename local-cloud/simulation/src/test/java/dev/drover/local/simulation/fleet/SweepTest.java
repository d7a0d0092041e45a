package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.admission.AdmissionControl;
import dev.drover.functions.job.EndWarning;
import dev.drover.functions.job.RunStarter;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.InMemoryDynamoDb;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.kernel.SimulatedProcess;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The hourly sweep, with as many jobs as an account has servers. */
class SweepTest {
  private static final int JOBS = 5_000;

  /** What one call of the Scheduler takes, with an SDK that is warm. */
  private static final Duration SCHEDULE_CALL = Duration.ofMillis(200);

  /** The longest that Lambda has, and what {@code infra-cdk} gives StartRun. */
  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  private final Simulation simulation = new Simulation(1, Fleet.START, Trace.off());
  private final State state = new InMemoryDynamoDb().state(1);

  /** The jobs whose schedules were put, in this order. */
  private final List<String> put = new ArrayList<>();

  /** Defect 14 of the review: one job after another took 1,000 s. */
  @Test
  void sweepOfManyJobs_endsWithinItsFunctionsTime() {
    for (int i = 1; i <= JOBS; i++) {
      assertThat(state.transaction().with(state.jobs().add(job(i))).commit()).isTrue();
    }

    Duration took =
        timed(() -> assertThat(starter().advanceAll(simulation.instant())).isEqualTo(JOBS));

    System.out.printf("the hourly look at %d jobs takes %d s%n", JOBS, took.toSeconds());
    assertThat(took).isLessThan(TIMEOUT.dividedBy(2));
  }

  /** It went on with the first job, again and again, and never came to the last. */
  @Test
  void sweepThatDies_isFollowedByOneThatGoesOnWhereItDied() {
    for (int i = 1; i <= JOBS; i++) {
      assertThat(state.transaction().with(state.jobs().add(job(i))).commit()).isTrue();
    }
    SimulatedProcess first = simulation.start("StartRun", this::goOn);
    simulation.runUntil(Fleet.START.plus(Duration.ofSeconds(60)));
    first.kill();
    int done = put.size();
    assertThat(done).isBetween(200, JOBS / 2);

    simulation.runUntil(simulation.instant().plus(Duration.ofMinutes(1)));
    Set<String> before = Set.copyOf(put);
    put.clear();
    Duration took = timed(this::goOn);

    assertThat(put)
        .as("all but the parts that were done")
        .hasSizeBetween(JOBS - done, JOBS - done + 100);
    assertThat(before).hasSize(done);
    assertThat(Stream.concat(before.stream(), put.stream()).distinct()).hasSize(JOBS);
    assertThat(took).isLessThan(TIMEOUT.dividedBy(2));
  }

  private Duration timed(Runnable work) {
    CompletableFuture<Instant> end = new CompletableFuture<>();
    var _ =
        simulation.start(
            "StartRun",
            () -> {
              work.run();
              end.complete(simulation.instant());
            });
    Instant start = simulation.instant();
    simulation.runUntil(start.plus(Duration.ofHours(2)));
    return Duration.between(start, end.join());
  }

  private void goOn() {
    assertThat(starter().advanceIfDue(simulation.instant())).isPositive();
  }

  private RunStarter starter() {
    EventLog log =
        new EventLog(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    return new RunStarter(
        state,
        new NoExecutions(),
        new SlowSchedule(),
        new RunSchedule.Waking("StartRun", "role"),
        new AdmissionControl(state, 100, simulation, log),
        new EndWarning(state, (type, detail) -> {}, log),
        simulation,
        log);
  }

  private static Job job(int number) {
    RunId next = new RunId("sms-run-%08x".formatted(number));
    return TestJobs.job(
        number,
        Job.State.ACTIVE,
        Fleet.START,
        new Job.NextRun(next, Fleet.START.plus(Duration.ofHours(12))));
  }

  private static final class NoExecutions implements Executions {
    @Override
    public void start(String name, String input) {
      throw new AssertionError("no run is due");
    }

    @Override
    public void stop(String name) {
      throw new AssertionError("no job is deleted");
    }

    @Override
    public Optional<Executions.Standing> find(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> input(String name) {
      return Optional.empty();
    }

    @Override
    public Listing<Running> running(@Nullable String next) {
      return new Listing<>(List.of(), null);
    }
  }

  private final class SlowSchedule implements RunSchedule {
    @Override
    public void put(JobId jobId, RunId runId, Instant time, Waking waking) {
      simulation.sleep(SCHEDULE_CALL);
      put.add(jobId.value());
    }

    @Override
    public void delete(JobId jobId, RunId runId) {
      simulation.sleep(SCHEDULE_CALL);
    }

    @Override
    public Listing<RunSchedule.Standing> standing(@Nullable String next) {
      return new Listing<>(List.of(), null);
    }
  }
}
