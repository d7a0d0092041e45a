package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NEXT;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.REFERENCE;
import static dev.drover.functions.state.Sample.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Job.NextRun;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class JobsTest {
  private static final RunReference DUE = new RunReference(JOB, NEXT);
  private static final NextRun LATER =
      new NextRun(new RunId("sms-run-00000003"), NOW.plusSeconds(3600));
  private static final Set<Job.State> GOING = EnumSet.of(Job.State.PENDING, Job.State.ACTIVE);

  private static final Set<Job.State> STOPPED =
      EnumSet.of(Job.State.PAUSED_ON_FAILURE, Job.State.FAILED);

  private final Sample sample = new Sample();
  private final Jobs jobs = sample.state.jobs();

  private Job kept(Job job) {
    assertThat(sample.commits(jobs.add(job))).isTrue();
    return job;
  }

  private Job due(Job.State state, @Nullable RunId active) {
    return kept(Sample.dueJob(state, active));
  }

  private Job now() {
    return jobs.find(JOB).orElseThrow();
  }

  @Test
  void add_everyFieldPresent_isReadAsItWas() {
    assertThat(due(Job.State.PAUSED_ON_FAILURE, RUN)).isEqualTo(now());
  }

  @Test
  void add_everyFieldAbsent_isReadAsItWas() {
    assertThat(kept(Sample.job(Job.State.PENDING))).isEqualTo(now());
  }

  @Test
  void add_everyFieldPresent_isThisItem() {
    due(Job.State.ACTIVE, RUN);
    assertThat(sample.raw.show("JOB", JOB.value()))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:JOB"),
                Map.entry("v", "N:1"),
                Map.entry("imageImport", "S:always"),
                Map.entry("updateRequest", "S:change"),
                Map.entry("pausedAt", "N:1795442400250"),
                Map.entry("sk", "S:sms-job-00000001"),
                Map.entry("serverId", "S:s-0a0b0c0d"),
                Map.entry("environment", "S:site"),
                Map.entry("state", "S:ACTIVE"),
                Map.entry("statusMessage", "S:said"),
                Map.entry("seedReplicationTime", "N:1795442400250"),
                Map.entry("frequency", "N:1"),
                Map.entry("runOnce", "BOOL:false"),
                Map.entry("nextRunTime", "N:1795442400250"),
                Map.entry("nextRunId", "S:sms-run-00000002"),
                Map.entry("licenseType", "S:BYOL"),
                Map.entry("roleName", "S:role"),
                Map.entry("description", "S:nightly"),
                Map.entry("numberOfRecentAmisToKeep", "N:3"),
                Map.entry("encrypted", "BOOL:true"),
                Map.entry("kmsKeyId", "S:alias/key"),
                Map.entry("zeroBlocks", "S:omit"),
                Map.entry("createdAt", "N:1795442400250"),
                Map.entry("extendedToDays", "N:120"),
                Map.entry("warnedOfEnd", "N:1795442400252"),
                Map.entry("firstRunAt", "N:1795442400251"),
                Map.entry("activeRunId", "S:sms-run-00000001"),
                Map.entry("latestAmiId", "S:ami-1"),
                Map.entry("consecutiveFailures", "N:2"),
                Map.entry("clientRequest", "S:request"),
                Map.entry("copies", "N:4"),
                Map.entry("latestCopyAt", "N:1795442400253"),
                Map.entry("latestCapturedAt", "N:1795442400254")));
  }

  @Test
  void add_idInUse_isRefused() {
    kept(Sample.job(Job.State.PENDING));
    assertThat(sample.commits(jobs.add(Sample.job(Job.State.ACTIVE)))).isFalse();
    assertThat(now().state()).isEqualTo(Job.State.PENDING);
  }

  @Test
  void find_none_isEmpty() {
    assertThat(jobs.find(JOB)).isEmpty();
  }

  @Test
  void list_several_areAscendingAndAfterWhatIsNamed() {
    for (String id : new String[] {"3", "1", "2"}) {
      Job any = Sample.job(Job.State.PENDING);
      kept(
          new Job(
              new JobId("sms-job-0000000" + id),
              any.serverId(),
              any.environment(),
              any.state(),
              null,
              any.schedule(),
              any.settings(),
              any.history()));
    }
    assertThat(jobs.list())
        .extracting(job -> job.id().value())
        .containsExactly("sms-job-00000001", "sms-job-00000002", "sms-job-00000003");
    assertThat(jobs.listAfter("sms-job-00000001"))
        .extracting(job -> job.id().value())
        .containsExactly("sms-job-00000002", "sms-job-00000003");
    assertThat(jobs.listAfter("")).hasSize(3);
  }

  @ParameterizedTest
  @EnumSource(Job.State.class)
  void startScheduled_fromEachState_onlyWhileGoing(Job.State from) {
    due(from, null);
    boolean started = sample.commits(jobs.startScheduled(DUE, LATER));
    assertThat(started).isEqualTo(GOING.contains(from));
    assertThat(now().history().activeRunId()).isEqualTo(started ? NEXT : null);
    assertThat(now().schedule().next()).isEqualTo(started ? LATER : new NextRun(NEXT, NOW));
    assertThat(now().state()).isEqualTo(from);
  }

  @Test
  void startScheduled_twice_onlyOnce() {
    due(Job.State.ACTIVE, null);
    assertThat(sample.commits(jobs.startScheduled(DUE, null))).isTrue();
    assertThat(now().schedule().next()).isNull();
    assertThat(sample.commits(jobs.startScheduled(DUE, null))).isFalse();
  }

  @Test
  void startScheduled_anotherRunIsActiveOrDue_isRefused() {
    due(Job.State.ACTIVE, RUN);
    assertThat(sample.commits(jobs.startScheduled(DUE, LATER))).isFalse();
    sample.raw.delete("JOB", JOB.value());
    due(Job.State.ACTIVE, null);
    assertThat(sample.commits(jobs.startScheduled(new RunReference(JOB, LATER.id()), null)))
        .isFalse();
  }

  @Test
  void missScheduled_whileARunIsActive_advancesOnce() {
    due(Job.State.ACTIVE, RUN);
    assertThat(sample.commits(jobs.missScheduled(DUE, LATER))).isTrue();
    assertThat(now().schedule().next()).isEqualTo(LATER);
    assertThat(now().history().activeRunId()).isEqualTo(RUN);
    assertThat(sample.commits(jobs.missScheduled(DUE, LATER))).isFalse();
  }

  @Test
  void missScheduled_betweenRuns_isRefused() {
    due(Job.State.ACTIVE, null);
    assertThat(sample.commits(jobs.missScheduled(DUE, LATER))).isFalse();
  }

  @Test
  void startOnDemand_goingJob_keepsItsScheduleAndFailures() {
    Job job = due(Job.State.ACTIVE, null);
    assertThat(sample.commits(jobs.startOnDemand(job, RUN, NOW))).isTrue();
    assertThat(now()).isEqualTo(Sample.dueJob(Job.State.ACTIVE, RUN));
    assertThat(sample.commits(jobs.startOnDemand(job, LATER.id(), NOW))).isFalse();
  }

  @Test
  void startOnDemand_stateChangedMeanwhile_isRefused() {
    Job seen = Sample.dueJob(Job.State.PENDING, null);
    due(Job.State.ACTIVE, null);
    assertThat(sample.commits(jobs.startOnDemand(seen, RUN, NOW))).isFalse();
  }

  @Test
  void startOnDemand_pausedJob_resumesWithoutMakingUp() {
    Job job = due(Job.State.PAUSED_ON_FAILURE, null);
    assertThat(sample.commits(jobs.startOnDemand(job, RUN, NOW.plusSeconds(10)))).isTrue();
    assertThat(now().state()).isEqualTo(Job.State.ACTIVE);
    assertThat(now().statusMessage()).isNull();
    assertThat(now().history().consecutiveFailures()).isZero();
    assertThat(now().schedule().next()).isEqualTo(new NextRun(NEXT, NOW.plusSeconds(3600)));
  }

  @Test
  void startOnDemand_pausedJobWhoseNextRunIsToCome_keepsItsTime() {
    Job job = due(Job.State.PAUSED_ON_FAILURE, null);
    assertThat(sample.commits(jobs.startOnDemand(job, RUN, NOW.minusMillis(1)))).isTrue();
    assertThat(now().schedule().next()).isEqualTo(new NextRun(NEXT, NOW));
  }

  @Test
  void startOnDemand_pausedJobDueThisInstant_goesOnAPeriodLater() {
    Job job = due(Job.State.PAUSED_ON_FAILURE, null);
    assertThat(sample.commits(jobs.startOnDemand(job, RUN, NOW))).isTrue();
    assertThat(now().schedule().next()).isEqualTo(new NextRun(NEXT, NOW.plusSeconds(3600)));
  }

  @Test
  void startOnDemand_pausedJobWithNothingToCome_resumes() {
    Job job = kept(Sample.job(Job.State.PAUSED_ON_FAILURE));
    assertThat(sample.commits(jobs.startOnDemand(job, RUN, NOW))).isTrue();
    assertThat(now().schedule().next()).isNull();
    assertThat(now().state()).isEqualTo(Job.State.ACTIVE);
  }

  @ParameterizedTest
  @EnumSource(Job.State.class)
  void begin_fromEachState_onlyWhileGoing(Job.State from) {
    due(from, RUN);
    boolean begun = sample.commits(jobs.begin(REFERENCE, NOW.plusSeconds(9)));
    assertThat(begun).isEqualTo(GOING.contains(from));
    assertThat(now().state()).isEqualTo(begun ? Job.State.ACTIVE : from);
    assertThat(now().history().lifetime().firstRunAt()).isEqualTo(NOW.plusMillis(1));
  }

  @Test
  void begin_firstRun_isTheFirst() {
    kept(Sample.job(Job.State.PENDING));
    sample.raw.set("JOB", JOB.value(), "activeRunId", RUN.value());
    assertThat(sample.commits(jobs.begin(REFERENCE, NOW.plusSeconds(9)))).isTrue();
    assertThat(now().history().lifetime().firstRunAt()).isEqualTo(NOW.plusSeconds(9));
  }

  @Test
  void begin_anotherRunIsActive_isRefused() {
    due(Job.State.ACTIVE, NEXT);
    assertThat(sample.commits(jobs.begin(REFERENCE, NOW))).isFalse();
  }

  @Test
  void publish_activeRun_endsItOnce() {
    due(Job.State.ACTIVE, RUN);
    assertThat(sample.commits(jobs.publish(REFERENCE, "ami-2", Sample.GENERATION, NOW))).isTrue();
    assertThat(now().history().latestAmiId()).isEqualTo("ami-2");
    assertThat(now().history().consecutiveFailures()).isZero();
    assertThat(now().history().copies())
        .isEqualTo(new Job.Copies(5, NOW, Sample.GENERATION.createdAt()));
    assertThat(now().history().activeRunId()).isNull();
    assertThat(now().statusMessage()).isNull();
    assertThat(sample.commits(jobs.publish(REFERENCE, "ami-3", Sample.GENERATION, NOW))).isFalse();
  }

  @Test
  void fail_activeRun_isCountedOnce() {
    Job job = due(Job.State.ACTIVE, RUN);
    Write failed =
        jobs.fail(job, new Jobs.Failure(RUN, Job.State.PAUSED_ON_FAILURE, "why", false, null), NOW);
    assertThat(sample.commits(failed)).isTrue();
    assertThat(now().state()).isEqualTo(Job.State.PAUSED_ON_FAILURE);
    assertThat(now().statusMessage()).isEqualTo("why");
    assertThat(now().history().consecutiveFailures()).isEqualTo(3);
    assertThat(now().history().activeRunId()).isNull();
    assertThat(sample.commits(failed)).isFalse();
  }

  @Test
  void fail_countChangedMeanwhile_isRefused() {
    Job job = due(Job.State.ACTIVE, RUN);
    sample.raw.set("JOB", JOB.value(), "consecutiveFailures", 0);
    assertThat(
            sample.commits(
                jobs.fail(job, new Jobs.Failure(RUN, Job.State.ACTIVE, "why", false, null), NOW)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(Job.State.class)
  void complete_fromEachState_onlyWhileGoing(Job.State from) {
    due(from, null);
    boolean completed = sample.commits(jobs.complete(JOB));
    assertThat(completed).isEqualTo(GOING.contains(from));
    assertThat(now().state()).isEqualTo(completed ? Job.State.COMPLETED : from);
    assertThat(now().schedule().next()).isEqualTo(completed ? null : new NextRun(NEXT, NOW));
    assertThat(sample.raw.show("JOB", JOB.value()).containsKey("nextRunTime"))
        .isEqualTo(!completed);
  }

  @Test
  void complete_whileARunIsActive_isRefused() {
    due(Job.State.ACTIVE, RUN);
    assertThat(sample.commits(jobs.complete(JOB))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Job.State.class)
  void end_fromEachState_onlyWhileGoingOrStopped(Job.State from) {
    Job job = due(from, null);
    boolean ended = sample.commits(jobs.end(job, "over"));
    assertThat(ended).isEqualTo(GOING.contains(from) || STOPPED.contains(from));
    assertThat(now().state()).isEqualTo(ended ? Job.State.DELETED : from);
    assertThat(now().statusMessage()).isEqualTo(ended ? "over" : "said");
    assertThat(sample.raw.show("JOB", JOB.value()).containsKey("nextRunTime")).isEqualTo(!ended);
    assertThat(sample.raw.show("JOB", JOB.value()).containsKey("nextRunId")).isEqualTo(!ended);
  }

  @Test
  void end_whileARunIsActive_isRefused() {
    Job job = due(Job.State.ACTIVE, RUN);
    assertThat(sample.commits(jobs.end(job, "over"))).isFalse();
  }

  @Test
  void end_extendedMeanwhile_isRefused() {
    Job seen = due(Job.State.ACTIVE, null);
    assertThat(jobs.extend(seen, 200)).isTrue();
    assertThat(sample.commits(jobs.end(seen, "over"))).isFalse();
    assertThat(sample.commits(jobs.end(now(), "over"))).isTrue();
  }

  @Test
  void end_extendedForTheFirstTimeMeanwhile_isRefused() {
    Job seen = kept(Sample.job(Job.State.ACTIVE));
    assertThat(jobs.extend(seen, 200)).isTrue();
    assertThat(sample.commits(jobs.end(seen, "over"))).isFalse();
    assertThat(sample.commits(jobs.end(now(), "over"))).isTrue();
  }

  @Test
  void extend_changedMeanwhile_isRefused() {
    Job seen = due(Job.State.ACTIVE, null);
    assertThat(jobs.extend(seen, 200)).isTrue();
    assertThat(now().history().lifetime().end())
        .contains(NOW.plusMillis(1).plus(Duration.ofDays(200)));
    assertThat(jobs.extend(seen, 210)).isFalse();
    assertThat(jobs.warnedOf(seen, NOW)).isFalse();
    sample.raw.set("JOB", JOB.value(), "state", "DELETING");
    assertThat(jobs.extend(seen, 210)).isFalse();
    assertThat(now().history().lifetime().days()).isEqualTo(200);
  }

  @Test
  void end_ofAJobThatHasNotRun_isUnknown() {
    Job job = kept(Sample.job(Job.State.PENDING));
    assertThat(job.history().lifetime().end()).isEmpty();
    assertThat(job.history().lifetime().days()).isEqualTo(90);
  }

  @ParameterizedTest
  @EnumSource(Job.State.class)
  void state_each_saysWhatItAllows(Job.State each) {
    assertThat(each.isGoing()).isEqualTo(GOING.contains(each));
    assertThat(each.mayRunOnDemand()).isEqualTo(GOING.contains(each) || STOPPED.contains(each));
    assertThat(each.isStopped()).isEqualTo(STOPPED.contains(each));
    assertThat(each.isEnded())
        .isEqualTo(EnumSet.of(Job.State.DELETED, Job.State.COMPLETED).contains(each));
    assertThat(each.freesServer()).isEqualTo(each.isEnded() || each == Job.State.FAILED);
  }

  @Test
  void following_hourly_isTheFirstStillToCome() {
    Job.Schedule hourly = new Job.Schedule(NOW, 1, false, null);
    assertThat(hourly.following(NOW, NOW.minusSeconds(1))).contains(NOW.plus(Duration.ofHours(1)));
    assertThat(hourly.following(NOW, NOW.plusSeconds(3599)))
        .contains(NOW.plus(Duration.ofHours(1)));
    assertThat(hourly.following(NOW, NOW.plusSeconds(3600)))
        .contains(NOW.plus(Duration.ofHours(2)));
  }

  @Test
  void following_runsOnce_isNone() {
    assertThat(new Job.Schedule(NOW, null, true, null).following(NOW, NOW)).isEmpty();
    assertThat(new Job.Schedule(NOW, 1, true, null).following(NOW, NOW)).isEmpty();
  }

  @Test
  void update_everyFieldGiven_isWhatItIsThen() {
    Job seen = due(Job.State.ACTIVE, null);
    Job.NextRun moved = new Job.NextRun(RUN, NOW.plusSeconds(60));
    Job.Change change =
        new Job.Change(24, moved, "AWS", "another role", "weekly", 7, false, "ignored");
    assertThat(sample.commits(jobs.update(seen, change, "once"))).isTrue();
    assertThat(now().settings())
        .isEqualTo(
            new Job.Settings(
                "AWS",
                "another role",
                "weekly",
                7,
                false,
                null,
                ZeroPolicy.OMIT,
                ImageImport.ALWAYS));
    assertThat(now().schedule()).isEqualTo(new Job.Schedule(NOW, 24, false, moved));
    assertThat(now().history().updateRequest()).isEqualTo("once");
    assertThat(sample.commits(jobs.update(seen, change, "twice"))).as("next run moved").isFalse();
  }

  @Test
  void update_nothingGiven_leavesAllAsItIs() {
    Job seen = due(Job.State.PAUSED_ON_FAILURE, null);
    Job.Change nothing = new Job.Change(null, null, null, null, null, null, null, null);
    assertThat(sample.commits(jobs.update(seen, nothing, null))).isTrue();
    assertThat(now().settings()).isEqualTo(seen.settings());
    assertThat(now().schedule()).isEqualTo(seen.schedule());
    assertThat(now().state()).isEqualTo(Job.State.PAUSED_ON_FAILURE);
  }

  @Test
  void update_nextRunOfAPausedJob_resumesIt() {
    Job seen = due(Job.State.PAUSED_ON_FAILURE, null);
    Job.Change change =
        new Job.Change(null, new Job.NextRun(RUN, NOW), null, null, null, null, null, "alias/k");
    assertThat(sample.commits(jobs.update(seen, change, null))).isTrue();
    assertThat(now().state()).isEqualTo(Job.State.ACTIVE);
    assertThat(now().history().consecutiveFailures()).isZero();
    assertThat(now().settings().kmsKeyId()).isEqualTo("alias/k");
  }

  /** An encrypted snapshot shows no holes: the two settings exclude each other, also at once. */
  @Test
  void update_encryptionOfAJobThatOmitsZeros_isRefused() {
    Job seen = due(Job.State.ACTIVE, null);
    Job.Change encrypt = new Job.Change(null, null, null, null, null, null, true, null);
    assertThat(sample.commits(jobs.update(seen, encrypt, null))).isFalse();
    assertThat(jobs.set(seen, ZeroPolicy.SEND, ImageImport.AUTO)).isTrue();
    assertThat(sample.commits(jobs.update(seen, encrypt, null))).isTrue();
  }

  @Test
  void set_encryptionChangedMeanwhile_isRefused() {
    Job seen = kept(Sample.job(Job.State.ACTIVE));
    Job.Change encrypt = new Job.Change(null, null, null, null, null, null, true, null);
    assertThat(sample.commits(jobs.update(seen, encrypt, null))).isTrue();
    assertThat(jobs.set(seen, ZeroPolicy.OMIT, ImageImport.AUTO)).isFalse();
    assertThat(now().settings().zeroBlocks()).isEqualTo(ZeroPolicy.SEND);
  }

  @Test
  void delete_stateChangedMeanwhile_isRefused() {
    Job seen = due(Job.State.ACTIVE, null);
    assertThat(jobs.delete(seen)).isTrue();
    assertThat(now().state()).isEqualTo(Job.State.DELETING);
    assertThat(jobs.delete(seen)).isFalse();
  }

  @Test
  void remark_whereSomethingIsSaidAlready_isNot() {
    kept(Sample.job(Job.State.ACTIVE));
    assertThat(jobs.remark(JOB, "first")).isTrue();
    assertThat(jobs.remark(JOB, "second")).isFalse();
    assertThat(now().statusMessage()).isEqualTo("first");
  }

  @Test
  void fail_stopsAndKeeps_saysSinceWhenAndWhichRun() {
    Job seen = due(Job.State.ACTIVE, RUN);
    Jobs.Failure failure = new Jobs.Failure(RUN, Job.State.PAUSED_ON_FAILURE, "why", true, null);
    assertThat(sample.commits(jobs.fail(seen, failure, NOW))).isTrue();
    assertThat(now().history().pausedAt()).isEqualTo(NOW);
    assertThat(now().history().resumableRunId()).isEqualTo(RUN);
  }

  @Test
  void fail_goesOnAndKeepsNothing_saysNeither() {
    Job seen = due(Job.State.ACTIVE, RUN);
    Jobs.Failure failure = new Jobs.Failure(RUN, Job.State.ACTIVE, "why", false, null);
    assertThat(sample.commits(jobs.fail(seen, failure, NOW))).isTrue();
    assertThat(now().history().pausedAt()).isNull();
    assertThat(now().history().resumableRunId()).isNull();
  }

  @Test
  void endedWithBases_areTheEndedOnesUntilTheirBasesAreRemoved() {
    Job going = kept(Sample.job(Job.State.ACTIVE));
    assertThat(jobs.endedWithBases()).isEmpty();
    assertThat(jobs.findAll(List.of(JOB, JOB, new JobId("sms-job-0000000f"))))
        .containsExactly(going);
    sample.raw.set("JOB", JOB.value(), "state", "COMPLETED");
    assertThat(jobs.endedWithBases()).containsExactly(now());
    jobs.basesRemoved(JOB);
    assertThat(jobs.endedWithBases()).isEmpty();
  }
}
