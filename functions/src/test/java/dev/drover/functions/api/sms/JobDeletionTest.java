package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** DeleteReplicationJob at every step of a run. */
final class JobDeletionTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  private JobId create() {
    return new JobId(api.createJob());
  }

  private void delete(JobId id) {
    assertThat(api.ok("DeleteReplicationJob", TestApi.quoted("replicationJobId", id.value())))
        .isEmpty();
    JsonNode job = api.ok("GetReplicationRuns", TestApi.quoted("replicationJobId", id.value()));
    assertThat(job.at("/replicationJob/state").asText()).isEqualTo("DELETED");
    assertThat(job.at("/replicationJob").has("nextReplicationRunStartTime")).isFalse();
    assertThat(job.at("/replicationRunList").findValuesAsText("state")).allMatch("DELETED"::equals);
    assertThat(world.job(id).history().activeRunId()).isNull();
    assertThat(world.job(id).history().resumableRunId()).isNull();
    assertThat(world.schedule.standing).isEmpty();
  }

  @Test
  void delete_beforeTheFirstRun_takesTheScheduleBack() {
    Job job = world.hourlyJob(Duration.ofHours(1));
    assertThat(world.schedule.standing).hasSize(1);

    delete(job.id());

    assertThat(world.state.servers().find(World.SERVER).orElseThrow().replicationJobTerminated())
        .isTrue();
    world.pass(Duration.ofHours(2));
    world.starter.advanceAll(world.instant());
    assertThat(world.runs(job.id())).isEmpty();
  }

  @Test
  void delete_runThatHasNotBegun_isStopped() {
    JobId job = create();
    RunReference run = world.active(job);

    delete(job);

    assertThat(world.executions.stopped).containsExactly(run.runId() + "-1");
    assertThat(world.run(run).state()).isEqualTo(Run.State.FAILED);
    assertThat(world.state.admissions().find(run.runId())).isEmpty();
  }

  @Test
  void delete_runAtWork_isStoppedAndWhatItLeftIsSwept() {
    JobId job = create();
    RunReference run = world.begin(job);

    delete(job);

    assertThat(world.executions.stopped).containsExactly(run.runId() + "-1");
    assertThat(world.run(run).isResumable()).isFalse();
    assertThat(world.state.leftovers().runsAfter("", 10)).contains(run);
  }

  @Test
  void delete_runThatIsKept_isGivenUp() {
    JobId job = create();
    Run kept = world.failAndKeep(job);

    delete(job);

    assertThat(world.run(kept.reference()).isResumable()).isFalse();
  }

  @Test
  void delete_betweenRuns_keepsTheImages() {
    JobId job = create();
    world.publish(job, "ami-1");

    delete(job);

    JsonNode shown =
        api.ok("GetReplicationJobs", TestApi.quoted("replicationJobId", job.value()))
            .at("/replicationJobList/0");
    assertThat(shown.get("latestAmiId").asText()).isEqualTo("ami-1");
    assertThat(shown.get("statusMessage").asText()).contains("AMIs are kept");
    assertThat(api.createJob()).isNotEqualTo(job.value());
  }

  @Test
  void delete_stopFails_isCompletedByTheHourlyLook() {
    JobId job = create();
    RunReference run = world.begin(job);
    world.executions.failNext();

    assertThat(api.error("DeleteReplicationJob", TestApi.quoted("replicationJobId", job.value())))
        .isEqualTo("TemporarilyUnavailableException");
    assertThat(world.job(job).state()).isEqualTo(Job.State.DELETING);
    assertThat(world.run(run).state()).isEqualTo(Run.State.ACTIVE);
    assertThat(
            api.error(
                "StartOnDemandReplicationRun", TestApi.quoted("replicationJobId", job.value())))
        .isEqualTo("OperationNotPermittedException");

    world.starter.advanceAll(world.instant());

    assertThat(world.job(job).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.run(run).state()).isEqualTo(Run.State.FAILED);
  }

  @Test
  void delete_whileTheRunCommits_keepsItsImage() {
    JobId job = create();
    RunReference run = world.begin(job);
    world.state.jobs().delete(world.job(job));
    world
        .state
        .transaction()
        .with(world.state.runs().publish(run, "ami-1", "Completed", world.instant()))
        .with(
            world
                .state
                .jobs()
                .publish(run, "ami-1", Generation.of(world.instant(), "captured"), world.instant()))
        .commit();

    delete(job);

    assertThat(world.run(run).state()).isEqualTo(Run.State.COMPLETED);
  }

  @Test
  void delete_jobWhoseServerHasAnother_leavesTheServer() {
    Job job = world.oneTimeJob(Duration.ZERO);
    RunReference run = world.publish(job.id(), "ami-1");
    world.jobEnd.finish(world.job(job.id()), world.run(run), world.instant());
    String next = api.createJob();

    api.ok("DeleteReplicationJob", TestApi.quoted("replicationJobId", job.id().value()));

    assertThat(world.job(job.id()).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.state.servers().find(World.SERVER).orElseThrow().replicationJobTerminated())
        .isFalse();
    assertThat(api.error("CreateReplicationJob", TestApi.CREATE_JOB))
        .as(next)
        .isEqualTo("ReplicationJobAlreadyExistsException");
  }

  @Test
  void delete_again_isTheSame() {
    JobId job = create();
    delete(job);
    delete(job);
  }

  @Test
  void delete_unknownOrMissing_isRefused() {
    assertThat(api.error("DeleteReplicationJob", "{}"))
        .isEqualTo("MissingRequiredParameterException");
    for (String id : new String[] {"sms-job-00000000", "x"}) {
      assertThat(api.error("DeleteReplicationJob", TestApi.quoted("replicationJobId", id)))
          .isEqualTo("ReplicationJobNotFoundException");
    }
  }
}
