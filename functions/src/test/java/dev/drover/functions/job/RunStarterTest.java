package dev.drover.functions.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.FakeLambdaContext;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunStarterTest {
  private final World world = World.withServer();

  /** The connector reports all the time. */
  private void pass(Duration duration) {
    world.pass(duration);
    world.see(World.CONNECTOR);
  }

  private void advance(JobId id) {
    world.starter.advance(id, world.instant());
  }

  private Job.NextRun next(JobId id) {
    return Objects.requireNonNull(world.job(id).schedule().next());
  }

  @Test
  void advance_pastSeed_startsRunAndSchedulesNext() {
    Job job = world.hourlyJob(Duration.ofDays(-365));

    assertThat(world.executions.started).containsOnlyKeys(world.active(job.id()).runId() + "-1");
    assertThat(world.executions.started.values())
        .containsExactly(
            "{\"version\":1,\"jobId\":\"%s\",\"runId\":\"%s\",\"execution\":1}"
                .formatted(job.id(), world.active(job.id()).runId()));
    assertThat(next(job.id()).time()).isEqualTo(World.START.plus(Duration.ofHours(1)));
    // Whole seconds, never before the time: 15:00:00.250 becomes 15:00:01.
    assertThat(world.schedule.standing)
        .containsExactly(
            Map.entry(
                new RunReference(job.id(), next(job.id()).id()),
                Instant.parse("2026-11-23T15:00:01Z")));
  }

  @Test
  void advance_futureSeed_onlySchedules() {
    Job job = world.hourlyJob(Duration.ofHours(3));

    assertThat(world.executions.started).isEmpty();
    assertThat(world.runs(job.id())).isEmpty();
    assertThat(world.schedule.standing.values())
        .containsExactly(Instant.parse("2026-11-23T17:00:01Z"));
  }

  @Test
  void advance_scheduleFiresTwice_isOneRun() {
    Job job = world.hourlyJob(Duration.ofHours(3));
    pass(Duration.ofHours(3));

    advance(job.id());
    advance(job.id());

    assertThat(world.runs(job.id())).hasSize(1);
    assertThat(world.executions.started).hasSize(1);
  }

  @Test
  void advance_runIdIsTheOneThatStoodInTheJob() {
    Job job = world.hourlyJob(Duration.ofHours(3));
    Job.NextRun due = next(job.id());
    pass(Duration.ofHours(3));

    advance(job.id());

    assertThat(world.active(job.id()).runId()).isEqualTo(due.id());
  }

  @Test
  void advance_executionDidNotStart_isStartedByTheNextCall() {
    world.executions.failNext();
    assertThatThrownBy(() -> world.hourlyJob(Duration.ZERO)).isInstanceOf(TransientException.class);
    assertThat(world.executions.started).isEmpty();
    JobId jobId = world.state.jobs().list().findFirst().orElseThrow().id();

    advance(jobId);

    assertThat(world.executions.started).hasSize(1);
    assertThat(world.schedule.standing).hasSize(1);
    assertThat(world.runs(jobId)).hasSize(1);
  }

  @Test
  void advance_runBegun_isNotStartedAgain() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.begin(job.id());

    advance(job.id());

    assertThat(world.executions.started).hasSize(1);
  }

  @Test
  void advance_dueWhileAnotherIsActive_isMissed() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.begin(job.id());
    pass(Duration.ofHours(1));

    advance(job.id());
    advance(job.id());

    assertThat(world.runs(job.id()))
        .extracting(Run::state)
        .containsExactly(Run.State.ACTIVE, Run.State.MISSED);
    assertThat(next(job.id()).time()).isEqualTo(World.START.plus(Duration.ofHours(2)));
  }

  @Test
  void advance_afterLongOutage_takesOneRunAndKeepsTheRhythm() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.publish(job.id(), "ami-1");
    pass(Duration.ofMinutes(60 * 7 + 30));

    advance(job.id());

    assertThat(world.runs(job.id())).hasSize(2);
    assertThat(next(job.id()).time()).isEqualTo(World.START.plus(Duration.ofHours(8)));
  }

  @Test
  void advance_oneTimeJob_schedulesNoSecondRun() {
    Job job = world.oneTimeJob(Duration.ZERO);

    assertThat(world.executions.started).hasSize(1);
    assertThat(world.schedule.standing).isEmpty();
    assertThat(world.job(job.id()).schedule().next()).isNull();
  }

  @Test
  void advance_ninetyDaysAfterFirstRun_endsTheJobAndFreesTheServer() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.publish(job.id(), "ami-1");
    pass(JobEnd.LIFETIME);

    advance(job.id());

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.job(job.id()).statusMessage()).contains("90 days");
    assertThat(world.schedule.standing).isEmpty();
    assertThat(world.runs(job.id())).hasSize(1);
    world.see(World.CONNECTOR);
    world.hourlyJob(Duration.ZERO);
  }

  @Test
  void advance_ninetyDaysAndARunAtWork_letsItFinish() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.begin(job.id());
    pass(JobEnd.LIFETIME);

    advance(job.id());

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.ACTIVE);
    assertThat(world.runs(job.id())).hasSize(1);
  }

  @Test
  void advanceAll_scheduleWasLost_startsTheDueRun() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.publish(job.id(), "ami-1");
    world.schedule.standing.clear();
    pass(Duration.ofHours(2));

    assertThat(world.starter.advanceAll(world.instant())).isEqualTo(1);

    assertThat(world.runs(job.id())).hasSize(2);
    assertThat(world.schedule.standing).hasSize(1);
  }

  @Test
  void advanceAll_oneJobFails_advancesTheOthersAndThrows() {
    Job first = world.hourlyJob(Duration.ofHours(1));
    world.add(new ServerId("s-11111111"), "db");
    world.creation.create(
        new JobCreation.Wish(
            new ServerId("s-11111111"),
            world.instant().plus(Duration.ofHours(1)),
            1,
            false,
            first.settings(),
            null));
    pass(Duration.ofHours(1));
    world.schedule.failFor(first.id());

    assertThatThrownBy(() -> world.starter.advanceAll(world.instant()))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("1 of 2 jobs");

    assertThat(world.executions.started).hasSize(2);

    assertThat(world.log()).contains("job-not-advanced");
  }

  @Test
  void advance_unknownJob_isLogged() {
    advance(new JobId("sms-job-00000000"));

    assertThat(world.log()).contains("job-unknown");
  }

  @Test
  void advance_dueAfterAFailureThatIsKept_goesOnWithThatRun() {
    Job job = world.hourlyJob(Duration.ZERO);
    Run failed = world.failAndKeep(job.id());
    pass(Duration.ofHours(1).plusSeconds(1));

    advance(job.id());
    advance(job.id());

    assertThat(world.active(job.id())).isEqualTo(failed.reference());
    assertThat(world.runs(job.id())).extracting(Run::state).containsExactly(Run.State.ACTIVE);
    assertThat(world.executions.started.keySet())
        .containsExactly(failed.id() + "-1", failed.id() + "-2");
    assertThat(world.job(job.id()).history().resumableRunId()).isNull();
    assertThat(next(job.id()).time()).isEqualTo(World.START.plus(Duration.ofHours(2)));
    assertThat(world.schedule.standing).hasSize(1);
  }

  @Test
  void advance_keptRunWhoseTimeIsOver_isGivenUpAndAnotherIsTaken() {
    Job job = world.hourlyJob(Duration.ZERO);
    Run failed = world.failAndKeep(job.id());
    pass(Duration.ofDays(4));

    advance(job.id());

    assertThat(world.run(failed.reference()).isResumable()).isFalse();
    assertThat(world.active(job.id())).isNotEqualTo(failed.reference());
    assertThat(world.state.leftovers().runsAfter("", 10)).containsExactly(failed.reference());
  }

  @Test
  void advanceAll_pausedJobWhoseRunIsKeptTooLong_givesItUp() {
    Job job = world.hourlyJob(Duration.ZERO);
    Run failed = world.failAndKeep(job.id());
    world.raw.set("JOB", job.id().value(), "state", "PAUSED_ON_FAILURE");
    pass(Duration.ofDays(4).minusSeconds(1));
    world.starter.advanceAll(world.instant());
    assertThat(world.run(failed.reference()).isResumable()).isTrue();
    pass(Duration.ofHours(1));

    world.starter.advanceAll(world.instant());

    assertThat(world.run(failed.reference()).isResumable()).isFalse();
    assertThat(world.job(job.id()).history().resumableRunId()).isNull();
    assertThat(world.job(job.id()).history().activeRunId()).isNull();
  }

  @Test
  void advance_jobThatEndsWithAKeptRun_givesItUp() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.publish(job.id(), "ami-1");
    pass(JobEnd.LIFETIME.minusHours(1));
    advance(job.id());
    Run failed = world.failAndKeep(job.id());
    pass(Duration.ofHours(2));

    advance(job.id());

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.run(failed.reference()).isResumable()).isFalse();
    assertThat(world.state.leftovers().runsAfter("", 10)).contains(failed.reference());
  }

  @Test
  void advance_executionDied_isFollowedByAnotherAfterAWhile() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.begin(job.id());
    world.executions.end(run.runId() + "-1", world.instant());
    advance(job.id());
    pass(Duration.ofMinutes(15));
    advance(job.id());
    assertThat(world.executions.started).hasSize(1);

    pass(Duration.ofMinutes(1));
    advance(job.id());
    advance(job.id());

    assertThat(world.executions.started.keySet())
        .containsExactly(run.runId() + "-1", run.runId() + "-2");
    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(world.run(run).execution().execution()).isEqualTo(2);
  }

  /** What the schedules and the hourly rule say has no member that only the turns have. */
  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"jobId\":\"%s\"}", "{\"version\":1,\"jobId\":\"%s\",\"future\":1}"})
  void handle_inputWithoutTurns_advances(String input) throws IOException {
    Job job = world.hourlyJob(Duration.ofHours(3));
    world.pass(Duration.ofHours(3));

    handle(input.formatted(job.id()));

    assertThat(world.runs(job.id())).hasSize(1);
  }

  /**
   * A schedule of a later release: the Scheduler tries again, and the hourly look finds the job.
   */
  @Test
  void handle_inputOfALaterVersion_startsNothingAndSaysSo() {
    Job job = world.hourlyJob(Duration.ofHours(3));
    world.pass(Duration.ofHours(3));

    assertThatThrownBy(() -> handle("{\"version\":2,\"jobId\":\"" + job.id() + "\"}"))
        .isInstanceOf(NewerVersionException.class);

    assertThat(world.runs(job.id())).isEmpty();
  }

  private void handle(String input) throws IOException {
    new StartRunHandler(
            world.starter,
            world.keptSnapshots,
            new Gauges(world.state, world.admission, "Drover", world, world.eventLog),
            world)
        .handleRequest(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new ByteArrayOutputStream(),
            new FakeLambdaContext());
  }
}
