package dev.drover.functions.job;

import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OnDemandRunsTest {
  private final World world = World.withServer();
  private final Job job = world.hourlyJob(Duration.ZERO);

  /** The connector reports all the time. */
  private void pass(Duration duration) {
    world.pass(duration);
    world.see(World.CONNECTOR);
  }

  private OnDemandRuns.Outcome start(@Nullable String clientRequest) {
    return world.onDemand.start(
        job.id(), "arn:aws:iam::000000000000:user/ada", "before cutover", clientRequest);
  }

  private RunId started(@Nullable String clientRequest) {
    OnDemandRuns.Outcome outcome = start(clientRequest);
    assertThat(outcome).isInstanceOf(OnDemandRuns.Outcome.Started.class);
    return ((OnDemandRuns.Outcome.Started) outcome).runId();
  }

  @Test
  void start_beforeTheFirstRunHasBegun_isNotNow() {
    assertThat(start(null)).isInstanceOf(OnDemandRuns.Outcome.NotNow.class);
  }

  @Test
  void start_whileTheFirstRunIsAtWork_isNotNow() {
    world.begin(job.id());

    assertThat(start(null)).isInstanceOf(OnDemandRuns.Outcome.NotNow.class);
  }

  @Test
  void start_whileARunHasNoExecution_startsThatOne() {
    world.executions.started.clear();

    assertThat(start(null)).isInstanceOf(OnDemandRuns.Outcome.NotNow.class);

    assertThat(world.executions.started).containsOnlyKeys(world.active(job.id()).runId() + "-1");
  }

  @Test
  void start_betweenRuns_startsOneAndKeepsTheSchedule() {
    world.publish(job.id(), "ami-1");
    Instant next = Objects.requireNonNull(world.job(job.id()).schedule().next()).time();

    RunId runId = started(null);

    Run run = world.run(new RunReference(job.id(), runId));
    assertThat(run.type()).isEqualTo(Run.Type.ON_DEMAND);
    assertThat(run.description()).isEqualTo("before cutover");
    assertThat(world.executions.started).containsKey(runId + "-1");
    assertThat(Objects.requireNonNull(world.job(job.id()).schedule().next()).time())
        .isEqualTo(next);
  }

  @Test
  void start_sameRequestAgain_isTheSameRun() {
    world.publish(job.id(), "ami-1");
    RunId first = started("call-1");

    assertThat(started("call-1")).isEqualTo(first);
    world.publish(job.id(), "ami-2");
    assertThat(started("call-1")).isEqualTo(first);
  }

  @Test
  void start_thirdWithin24Hours_reachesTheLimit() {
    world.publish(job.id(), "ami-1");
    started(null);
    world.publish(job.id(), "ami-2");
    started(null);
    world.publish(job.id(), "ami-3");

    assertThat(start(null)).isInstanceOf(OnDemandRuns.Outcome.LimitReached.class);
    pass(OnDemandRuns.LIMIT_PERIOD);
    started(null);
  }

  @Test
  void start_whereADeploymentAllowsOne_reachesTheLimitWithTheSecond() {
    OnDemandRuns one = new OnDemandRuns(world.state, world.starter, 1, world, world.eventLog);
    world.publish(job.id(), "ami-1");
    one.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null);
    world.publish(job.id(), "ami-2");

    assertThat(one.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null))
        .isInstanceOf(OnDemandRuns.Outcome.LimitReached.class);
  }

  @Test
  void start_runsThatFailedBeforeTheyMovedData_doNotCount() {
    world.publish(job.id(), "ami-1");
    for (int run = 0; run < 2; run++) {
      started(null);
      RunReference reference = world.begin(job.id());
      world.fail(reference, Job.State.ACTIVE, null);
    }

    started(null);
  }

  @Test
  void start_overTheLimit_saysWhenTheNextIsAllowedAndWhatRunsBefore() {
    world.publish(job.id(), "ami-1");
    pass(Duration.ofMillis(500));
    started(null);
    Instant first = world.instant();
    world.publish(job.id(), "ami-2");
    pass(Duration.ofMinutes(5));
    started(null);
    world.publish(job.id(), "ami-3");
    Instant scheduled = Objects.requireNonNull(world.job(job.id()).schedule().next()).time();

    assertThat(start(null))
        .isEqualTo(
            new OnDemandRuns.Outcome.LimitReached(
                "the job had 2 on-demand runs in the last 24 hours, of 2; the next is allowed from "
                    + first.plus(Duration.ofHours(24)).plusMillis(999).truncatedTo(SECONDS)
                    + ", the next scheduled run is at "
                    + scheduled.plusMillis(999).truncatedTo(SECONDS)));
  }

  @Test
  void start_unknownJob_isTold() {
    assertThat(
            world.onDemand.start(
                new JobId("sms-job-00000000"), "arn:aws:iam::000000000000:user/ada", null, null))
        .isEqualTo(new OnDemandRuns.Outcome.NoSuchJob());
  }

  @Test
  void start_afterAFailureThatIsKept_goesOnWithThatRunAndCounts() {
    Run failed = world.failAndKeep(job.id());
    assertThat(started("call-1")).isEqualTo(failed.id());
    assertThat(started("call-1")).isEqualTo(failed.id());
    world
        .state
        .runs()
        .applying(failed.reference(), new Run.Progress(Run.Stage.CONVERTING, "1%", 1L << 20, 1, 1));
    assertThat(world.executions.started).containsKey(failed.id() + "-2").hasSize(2);
    assertThat(world.run(failed.reference()).description()).isEqualTo("before cutover");
    assertThat(world.run(failed.reference()).type()).isEqualTo(Run.Type.AUTOMATIC);
    world.failAndKeep(job.id());
    assertThat(started("call-2")).isEqualTo(failed.id());
    world.failAndKeep(job.id());

    assertThat(start("call-3")).isInstanceOf(OnDemandRuns.Outcome.LimitReached.class);

    pass(OnDemandRuns.LIMIT_PERIOD);
    assertThat(started("call-3")).isEqualTo(failed.id());
    assertThat(world.run(failed.reference()).course().askedAgainAt())
        .containsExactly(world.instant());
  }

  @Test
  void start_afterTheTimeOfTheKeptRun_isANewRun() {
    Run failed = world.failAndKeep(job.id());
    pass(Duration.ofDays(4));

    assertThat(started(null)).isNotEqualTo(failed.id());
    assertThat(world.run(failed.reference()).isResumable()).isFalse();
  }
}
