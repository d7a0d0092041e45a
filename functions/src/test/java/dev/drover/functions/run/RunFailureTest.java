package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.job.JobUpdate;
import dev.drover.functions.job.OnDemandRuns;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunFailureTest {
  private static final FailureReason REASON =
      FailureReason.of(
          "dev.drover.functions.snapshot.ExtentsMissingException",
          "{\"errorMessage\":\"Disk d-1 lacks extent 7.\",\"errorType\":\"x\",\"stackTrace\":[]}");

  private final World world = World.withServer();
  private final List<RunReference> cleaned = new ArrayList<>();
  private final RunFailure failure =
      new RunFailure(
          world.state,
          run -> cleaned.add(run),
          world.jobEnd,
          World.MAX_FAILURES,
          world,
          world.eventLog);

  private RunReference failRun(Job job) {
    RunReference run = world.begin(job.id());
    failure.fail(world.run(run).execution(), REASON);
    return run;
  }

  @Test
  void fail_activeRun_saysWhyAndFreesTheJob() {
    Job job = world.hourlyJob(Duration.ZERO);

    RunReference run = failRun(job);

    assertThat(world.run(run).state()).isEqualTo(Run.State.FAILED);
    assertThat(world.run(run).outcome().statusMessage()).isEqualTo("Disk d-1 lacks extent 7.");
    assertThat(world.run(run).outcome().failureCode()).isEqualTo(REASON.code());
    Job after = world.job(job.id());
    assertThat(after.state()).isEqualTo(Job.State.ACTIVE);
    assertThat(after.history().activeRunId()).isNull();
    assertThat(after.history().consecutiveFailures()).isEqualTo(1);
    assertThat(after.statusMessage()).contains("Disk d-1 lacks extent 7.", "2 more failures");
    assertThat(after.history().resumableRunId()).isEqualTo(run.runId());
    assertThat(world.run(run).course().resumableUntil())
        .isEqualTo(world.instant().plus(ReplicateRunLimits.RESUMABLE));
    assertThat(world.state.leftovers().runsAfter("", 10)).isEmpty();
    assertThat(cleaned).containsExactly(run);
  }

  @Test
  void fail_twice_countsOnceAndCleansTwice() {
    Job job = world.hourlyJob(Duration.ZERO);

    RunReference run = failRun(job);
    failure.fail(world.run(run).execution(), new FailureReason("Execution.ABORTED", "later"));

    assertThat(world.job(job.id()).history().consecutiveFailures()).isEqualTo(1);
    assertThat(world.run(run).outcome().statusMessage()).isEqualTo("Disk d-1 lacks extent 7.");
    assertThat(cleaned).containsExactly(run, run);
  }

  @Test
  void fail_committedRun_isLeftAlone() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.publish(job.id(), "ami-1");

    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.run(run).state()).isEqualTo(Run.State.COMPLETED);
    assertThat(cleaned).isEmpty();
  }

  @Test
  void fail_committedRunOfAOneTimeJob_completesTheJob() {
    Job job = world.oneTimeJob(Duration.ZERO);
    RunReference run = world.publish(job.id(), "ami-1");

    failure.fail(world.run(run).execution(), REASON);
    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.COMPLETED);
    assertThat(cleaned).isEmpty();
  }

  @Test
  void fail_runThatNeverBegan_failsToo() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.active(job.id());

    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.run(run).state()).isEqualTo(Run.State.FAILED);
    assertThat(world.job(job.id()).history().activeRunId()).isNull();
  }

  @Test
  void fail_threeTimesInARow_pausesARecurringJob() {
    Job job = world.hourlyJob(Duration.ZERO);
    for (int run = 1; run < World.MAX_FAILURES; run++) {
      failRun(job);
      world.pass(Duration.ofHours(1).plusSeconds(1));
      world.starter.advance(job.id(), world.instant());
    }

    failRun(job);

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.PAUSED_ON_FAILURE);
    assertThat(world.schedule.standing).isEmpty();
    world.pass(Duration.ofHours(1));
    world.starter.advance(job.id(), world.instant());
    assertThat(world.runs(job.id())).extracting(Run::state).containsExactly(Run.State.FAILED);
  }

  @Test
  void fail_once_pausesWhereADeploymentChoseThat() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunFailure strict =
        new RunFailure(world.state, cleaned::add, world.jobEnd, 1, world, world.eventLog);

    strict.fail(world.run(world.begin(job.id())).execution(), REASON);

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.PAUSED_ON_FAILURE);
    assertThat(world.job(job.id()).statusMessage()).contains("paused after 1 failure. Within");
  }

  @Test
  void fail_pausedJob_isResumedByARunOnDemandAndKeepsItsRhythm() {
    Job job = world.hourlyJob(Duration.ZERO);
    failRun(job);
    for (int run = 2; run <= World.MAX_FAILURES; run++) {
      world.pass(Duration.ofHours(1).plusSeconds(1));
      world.starter.advance(job.id(), world.instant());
      failRun(job);
    }
    assertThat(world.job(job.id()).statusMessage())
        .endsWith(
            "Within 4 days, start an on-demand run or give it a new time for its next run to"
                + " resume it; after that it is deleted.");
    world.pass(Duration.ofHours(30));

    world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null);

    Job resumed = world.job(job.id());
    assertThat(resumed.state()).isEqualTo(Job.State.ACTIVE);
    assertThat(resumed.history().consecutiveFailures()).isZero();
    assertThat(resumed.statusMessage()).isNull();
    assertThat(world.schedule.standing).hasSize(1);
    assertThat(world.runs(job.id())).extracting(Run::state).doesNotContain(Run.State.MISSED);
    world.publish(job.id(), "ami-1");
    world.pass(Duration.ofHours(1));
    world.starter.advance(job.id(), world.instant());
    assertThat(world.runs(job.id()))
        .extracting(Run::state)
        .containsExactly(Run.State.COMPLETED, Run.State.PENDING);
  }

  @Test
  void fail_oneTimeJobWhoseRunNeverBegan_mayBeTriedOnDemand() {
    Job job = world.oneTimeJob(Duration.ZERO);
    failure.fail(world.run(world.active(job.id())).execution(), REASON);
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.PENDING);
    assertThat(world.job(job.id()).statusMessage())
        .endsWith("2 more failures in a row stop the job.");

    world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null);

    world.publish(job.id(), "ami-1");
    assertThat(world.runs(job.id())).extracting(Run::state).containsExactly(Run.State.COMPLETED);
  }

  @Test
  void onDemand_inPlaceOfAOneTimeJobsRetry_leavesNoScheduleOfIt() {
    Job job = world.oneTimeJob(Duration.ZERO);
    failRun(job);
    sweepAfter(Duration.ofMinutes(30));
    assertThat(world.schedule.standing).hasSize(1);

    world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null);

    assertThat(world.schedule.standing).isEmpty();
  }

  @Test
  void fail_oneTimeJob_isTriedAgainByItselfAnHourLaterAndGoesOnWhereItWas() {
    Job job = world.oneTimeJob(Duration.ZERO);
    RunReference run = failRun(job);
    sweepAfter(Duration.ofMinutes(30));
    assertThat(world.schedule.standing).hasSize(1);
    assertThat(world.job(job.id()).history().activeRunId()).isNull();

    sweepAfter(Duration.ofMinutes(30));

    assertThat(world.active(job.id())).isEqualTo(run);
    assertThat(world.job(job.id()).schedule().next()).isNull();
    assertThat(world.runs(job.id())).extracting(Run::state).containsExactly(Run.State.ACTIVE);
  }

  @Test
  void fail_oneTimeJobTriedOnDemandMeanwhile_isNotTriedTwice() {
    Job job = world.oneTimeJob(Duration.ZERO);
    failRun(job);
    world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null);
    assertThat(world.job(job.id()).schedule().next()).isNull();

    sweepAfter(Duration.ofHours(2));

    assertThat(world.runs(job.id())).extracting(Run::state).doesNotContain(Run.State.MISSED);
    failRun(job);
    assertThat(world.job(job.id()).schedule().next())
        .extracting(Job.NextRun::time)
        .isEqualTo(world.instant().plus(RunFailure.RETRY_ONE_TIME_AFTER));
  }

  @Test
  void fail_oneTimeJobWhoseNextTimeSomebodySet_keepsThatTime() {
    Job job = world.oneTimeJob(Duration.ZERO);
    RunReference run = world.begin(job.id());
    Instant wanted = world.instant().plus(Duration.ofHours(5));
    moveNextRun(job, wanted);

    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.job(job.id()).schedule().next())
        .extracting(Job.NextRun::time)
        .isEqualTo(wanted);
    assertThat(world.job(job.id()).statusMessage())
        .endsWith("2 more failures in a row stop the job.");
  }

  /** A one-time job whose third failure in a row has just been told. */
  private Job failedOneTimeJob() {
    Job job = world.oneTimeJob(Duration.ZERO);
    failRun(job);
    for (int run = 2; run <= World.MAX_FAILURES; run++) {
      world.pass(Duration.ofHours(13));
      world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null);
      failRun(job);
    }
    world.see(World.CONNECTOR);
    return world.job(job.id());
  }

  private void moveNextRun(Job job, Instant wanted) {
    JobUpdate updates =
        new JobUpdate(world.state, world.starter, world.schedule, world.ebs, world, world.eventLog);
    assertThat(
            updates.update(
                new JobUpdate.Wish(
                    job.id(), null, wanted, null, null, null, null, null, null, null)))
        .isEqualTo(new JobUpdate.Outcome.Updated());
  }

  private Server server() {
    return world.state.servers().find(World.SERVER).orElseThrow();
  }

  private void sweepAfter(Duration duration) {
    world.pass(duration);
    world.see(World.CONNECTOR);
    world.starter.advanceAll(world.instant());
  }

  @Test
  void fail_threeTimesInARow_failsAOneTimeJobAndFreesTheServer() {
    Job job = failedOneTimeJob();

    assertThat(job.state()).isEqualTo(Job.State.FAILED);
    assertThat(server().replicationJobTerminated()).isTrue();
    assertThat(job.statusMessage())
        .endsWith(
            "The job failed after 3 failures in a row. Within 4 days, start an on-demand run or"
                + " give it a new time for its next run to resume it; after that it is deleted. Its"
                + " server may get another job, which ends this one.")
        .contains("Disk d-1 lacks extent 7.", "the next start goes on from there");
  }

  @Test
  void fail_oneTimeJobThatFailed_isResumedByARunOnDemandWhereItWas() {
    Job job = failedOneTimeJob();
    RunId kept = Objects.requireNonNull(job.history().resumableRunId());
    sweepAfter(Duration.ofDays(3));

    assertThat(world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null))
        .isEqualTo(new OnDemandRuns.Outcome.Started(kept));

    assertThat(server().replicationJobTerminated()).isFalse();
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.ACTIVE);
    assertThat(world.job(job.id()).statusMessage()).isNull();
    assertThat(world.job(job.id()).history().consecutiveFailures()).isZero();
    RunReference run = world.publish(job.id(), "ami-1");
    world.jobEnd.finish(world.job(job.id()), world.run(run), world.instant());
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.COMPLETED);
  }

  @Test
  void fail_oneTimeJobThatFailed_isResumedByANewTimeForItsNextRun() {
    Job job = failedOneTimeJob();
    RunId kept = Objects.requireNonNull(job.history().resumableRunId());

    moveNextRun(job, world.instant().plus(Duration.ofHours(5)));

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.ACTIVE);
    assertThat(server().replicationJobTerminated()).isFalse();
    assertThat(world.schedule.standing).hasSize(1);
    sweepAfter(Duration.ofHours(5));
    assertThat(world.active(job.id()).runId()).isEqualTo(kept);
    assertThat(world.job(job.id()).schedule().next()).isNull();
  }

  @Test
  void fail_oneTimeJobThatFailed_isDeletedAfterFourDays() {
    Job job = failedOneTimeJob();
    RunReference kept =
        new RunReference(job.id(), Objects.requireNonNull(job.history().resumableRunId()));
    sweepAfter(Duration.ofDays(4).minusSeconds(1));
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.FAILED);
    assertThat(world.run(kept).isResumable()).isTrue();

    sweepAfter(Duration.ofSeconds(1));

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.job(job.id()).statusMessage())
        .isEqualTo(
            "The job ended, because it ends 4 days after its failures stopped it. Its AMIs are kept;"
                + " create a new job to go on replicating the server.");
    assertThat(world.run(kept).isResumable()).isFalse();
    assertThat(world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null))
        .isEqualTo(new OnDemandRuns.Outcome.NotNow("it is DELETED"));
  }

  @Test
  void fail_oneTimeJobThatFailed_endsWhenItsServerGetsAnotherJob() {
    Job job = failedOneTimeJob();
    RunReference kept =
        new RunReference(job.id(), Objects.requireNonNull(job.history().resumableRunId()));

    Job other = world.hourlyJob(Duration.ofHours(1));

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.job(job.id()).statusMessage())
        .isEqualTo(
            "The job ended, because its server has replication job "
                + other.id()
                + ". Its AMIs are kept.");
    assertThat(world.run(kept).isResumable()).isFalse();
    assertThat(server().replicationJobId()).isEqualTo(other.id());
    assertThat(server().replicationJobTerminated()).isFalse();
  }

  /** Whoever made the other job died before the failed one was ended. */
  @Test
  void fail_oneTimeJobThatFailedAndItsServerHasAnotherJob_isNotResumed() {
    Job job = failedOneTimeJob();
    world.raw.set("SERVER", World.SERVER.value(), "replicationJobId", "sms-job-00000077");

    assertThat(world.onDemand.start(job.id(), "arn:aws:iam::000000000000:user/ada", null, null))
        .isEqualTo(
            new OnDemandRuns.Outcome.NotNow("its server has replication job sms-job-00000077"));
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.FAILED);
    sweepAfter(Duration.ofHours(1));
    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(server().replicationJobId()).isEqualTo(new JobId("sms-job-00000077"));
  }

  @Test
  void fail_successBetween_countsAnew() {
    Job job = world.hourlyJob(Duration.ZERO);
    failRun(job);
    world.pass(Duration.ofHours(1));
    world.starter.advance(job.id(), world.instant());
    world.publish(job.id(), "ami-1");

    assertThat(world.job(job.id()).history().consecutiveFailures()).isZero();
    assertThat(world.job(job.id()).statusMessage()).isNull();
  }

  @Test
  void fail_onceMoreAndWithoutAFullStop_isWrittenInSentences() {
    Job job = world.hourlyJob(Duration.ZERO);
    for (int run = 1; run < World.MAX_FAILURES; run++) {
      failure.fail(
          world.run(world.begin(job.id())).execution(),
          new FailureReason("x.Y", "The disk is gone"));
      world.pass(Duration.ofHours(1).plusSeconds(1));
      world.starter.advance(job.id(), world.instant());
    }

    assertThat(world.job(job.id()).statusMessage())
        .endsWith(
            " failed: The disk is gone. What is durable of it is kept until 2026-11-27T15:00:01Z: the"
                + " next start goes on from there. 1 more failure in a row stops the job.");
  }

  private RunReference runAtAConnectorWhoseClockIsWrong() {
    RunReference run = world.begin(world.hourlyJob(Duration.ZERO).id());
    world.state.runs().handOver(world.run(run), World.CONNECTOR, 1, null);
    world.skewClock(World.CONNECTOR, Duration.ofDays(10));
    world.pass(Duration.ofSeconds(30));
    world.see(World.CONNECTOR);
    return run;
  }

  @Test
  void fail_byAConnectorWhoseClockIsWrong_namesTheClock() {
    RunReference run = runAtAConnectorWhoseClockIsWrong();

    failure.fail(
        world.run(run).execution(),
        new FailureReason("Connector.DeadlinePassed", "It came too late"));

    assertThat(world.run(run).outcome().statusMessage())
        .isEqualTo(
            "It came too late. The clock of connector "
                + World.CONNECTOR
                + " is 10 days ahead: set it right, best by NTP.");
  }

  @Test
  void fail_byAwsWhileAConnectorsClockIsWrong_saysNothingOfIt() {
    RunReference run = runAtAConnectorWhoseClockIsWrong();

    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.run(run).outcome().statusMessage()).doesNotContain("clock");
  }

  @Test
  void fail_reasonFoundWhereItArose_beatsWhatFollowed() {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.begin(job.id());
    ConnectorId connector = World.CONNECTOR;
    world.state.runs().handOver(world.run(run), connector, 1, null);
    RunAttempt attempt = new RunAttempt(run.jobId(), run.runId(), 1);
    world.state.runs().refuse(attempt, "Drover.GenerationRefused", "No key.");

    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.run(run).outcome().statusMessage()).isEqualTo("No key.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.drover.functions.snapshot.DigestsDisagreeException",
        "dev.drover.functions.snapshot.CompletionRefusedException",
        "Drover.GenerationRefused"
      })
  void fail_forWhatGoingOnCannotMend_givesTheRunUp(String code) {
    Job job = world.hourlyJob(Duration.ZERO);
    RunReference run = world.begin(job.id());

    failure.fail(world.run(run).execution(), new FailureReason(code, "No."));

    assertThat(world.run(run).isResumable()).isFalse();
    assertThat(world.run(run).course().discardedAt()).isEqualTo(world.instant());
    assertThat(world.job(job.id()).history().resumableRunId()).isNull();
    assertThat(world.job(job.id()).statusMessage()).doesNotContain("kept");
    assertThat(world.state.leftovers().runsAfter("", 10)).containsExactly(run);
  }

  @Test
  void fail_ofAJobThatIsBeingDeleted_givesTheRunUpToo() {
    Job job = world.oneTimeJob(Duration.ZERO);
    RunReference run = world.begin(job.id());
    world.raw.set("JOB", job.id().value(), "state", "DELETING");

    failure.fail(world.run(run).execution(), REASON);

    assertThat(world.run(run).isResumable()).isFalse();
    assertThat(world.job(job.id()).history().resumableRunId()).isNull();
  }

  /** Each name is one that a class has, so that a rename does not let a run go on in vain. */
  @Test
  void mending_everyClassThatItNames_isThere() throws ClassNotFoundException {
    for (String code : Mending.NOT_BY_GOING_ON) {
      if (code.startsWith("dev.")) {
        assertThat(Class.forName(code)).isAssignableTo(RuntimeException.class);
      }
    }
  }
}
