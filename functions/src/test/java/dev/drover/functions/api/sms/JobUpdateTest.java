package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.ImageImport;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Jobs;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ZeroPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** UpdateReplicationJob: what it changes, and when it is refused. */
final class JobUpdateTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;
  private final JobId job = world.hourlyJob(Duration.ofHours(1)).id();

  private String request(String members) {
    return "{\"replicationJobId\": \"" + job + "\"" + members + "}";
  }

  private void update(String members) {
    assertThat(api.ok("UpdateReplicationJob", request(members))).isEmpty();
  }

  private String refused(String members) {
    return api.error("UpdateReplicationJob", request(members));
  }

  private JsonNode shown() {
    return api.ok("GetReplicationJobs", TestApi.quoted("replicationJobId", job.value()))
        .at("/replicationJobList/0");
  }

  private static String at(Instant time) {
    return ", \"nextReplicationRunStartTime\": " + time.getEpochSecond();
  }

  private Instant next() {
    return Objects.requireNonNull(world.job(job).schedule().next()).time();
  }

  @Test
  void update_settings_changesThoseThatAreGiven() {
    update(
        ", \"frequency\": 6, \"licenseType\": \"BYOL\", \"roleName\": \"sms\","
            + " \"numberOfRecentAmisToKeep\": 270, \"encrypted\": true,"
            + " \"kmsKeyId\": \"alias/sms\"");

    JsonNode job = shown();
    assertThat(job.get("frequency").asInt()).isEqualTo(6);
    assertThat(job.get("licenseType").asText()).isEqualTo("BYOL");
    assertThat(job.get("roleName").asText()).isEqualTo("sms");
    assertThat(job.get("numberOfRecentAmisToKeep").asInt()).isEqualTo(270);
    assertThat(job.get("kmsKeyId").asText()).isEqualTo("alias/sms");
    assertThat(job.get("description").asText()).isEqualTo("nightly");

    update(", \"encrypted\": false");

    assertThat(shown().get("encrypted").asBoolean()).isFalse();
    assertThat(shown().has("kmsKeyId")).isFalse();
  }

  @Test
  void update_whatIsKnownNotToWork_isRefused() {
    world.ebs.object("alias/gone", "KMS does not describe it: Alias alias/gone is not found");

    assertThat(refused(", \"encrypted\": true, \"kmsKeyId\": \"alias/gone\""))
        .isEqualTo("InvalidParameterException");
    assertThat(refused(", \"licenseType\": \"AWS\"")).isEqualTo("InvalidParameterException");
    assertThat(world.job(job).settings().encrypted()).isFalse();
    assertThat(world.job(job).settings().licenseType()).isNull();
  }

  @Test
  void update_encryptionWithoutAKey_looksAtTheJobsOwnOrTheDefaultKey() {
    world.ebs.object("", "it is Disabled, and EBS takes enabled keys only");
    assertThat(refused(", \"encrypted\": true")).isEqualTo("InvalidParameterException");

    update(", \"encrypted\": true, \"kmsKeyId\": \"alias/sms\"");
    update(", \"encrypted\": true");

    world.ebs.object("alias/sms", "it is Disabled, and EBS takes enabled keys only");
    assertThat(refused(", \"encrypted\": true")).isEqualTo("InvalidParameterException");
    update(", \"description\": \"of its encryption nothing is wanted\"");
  }

  @Test
  void update_encryptionOfAJobThatLeavesZerosOut_isRefusedWithTheNextStep() {
    world.state.jobs().set(world.job(job), ZeroPolicy.OMIT, ImageImport.AUTO);

    assertThat(api.send("UpdateReplicationJob", request(", \"encrypted\": true")).getBody())
        .contains("OperationNotPermittedException", "set zeroBlocks to send first");
    assertThat(world.job(job).settings().encrypted()).isFalse();

    world.state.jobs().set(world.job(job), ZeroPolicy.SEND, ImageImport.AUTO);
    update(", \"encrypted\": true");
  }

  @Test
  void update_nextRunTime_movesTheScheduleAndTheRhythm() {
    Instant wanted = world.instant().plus(Duration.ofHours(5));

    update(at(wanted));

    assertThat(world.schedule.standing.values())
        .containsExactly(Instant.ofEpochSecond(wanted.getEpochSecond()));
    world.pass(Duration.ofHours(2));
    world.starter.advance(job, world.instant());
    assertThat(world.runs(job)).isEmpty();
    world.pass(Duration.ofHours(3));
    world.starter.advance(job, world.instant());
    assertThat(world.runs(job)).hasSize(1);
    assertThat(next()).isEqualTo(Instant.ofEpochSecond(wanted.getEpochSecond()).plusSeconds(3_600));
  }

  @Test
  void update_nextRunTimeInThePast_startsNowAndItsRepetitionDoesNothing() {
    Map<String, String> headers =
        Map.of(
            "X-Amz-Target", "AWSServerMigrationService_V2016_10_24.UpdateReplicationJob",
            "amz-sdk-invocation-id", "46f0813e-4915-a6ec-d620-1d22ee6577e4");
    String body = request(at(world.instant().minusSeconds(60)));

    for (int call = 0; call < 2; call++) {
      assertThat(api.send(TestApi.event(headers, body)).getStatusCode()).isEqualTo(200);
    }

    assertThat(world.runs(job)).extracting(Run::state).containsExactly(Run.State.PENDING);
    assertThat(refused(at(world.instant().minusSeconds(60))))
        .isEqualTo("OperationNotPermittedException");
  }

  @Test
  void update_pausedJob_isResumedByANextRunTime() {
    RunReference failed = pause();
    update(", \"description\": \"weekly\"");
    assertThat(shown().get("state").asText()).isEqualTo("PAUSED_ON_FAILURE");

    update(at(world.instant()));

    JsonNode job = shown();
    assertThat(job.get("state").asText()).isEqualTo("ACTIVE");
    assertThat(job.has("statusMessage")).isFalse();
    assertThat(world.job(this.job).history().consecutiveFailures()).isZero();
    assertThat(world.active(this.job)).isNotEqualTo(failed);
  }

  @Test
  void update_pausedForFourDays_isDeletedInstead() {
    pause();
    world.pass(Duration.ofDays(4));

    assertThat(refused(at(world.instant()))).isEqualTo("OperationNotPermittedException");

    assertThat(shown().get("state").asText()).isEqualTo("DELETED");
    assertThat(shown().get("statusMessage").asText()).contains("4 days after its failures");
    assertThat(world.state.servers().find(World.SERVER).orElseThrow().replicationJobTerminated())
        .isTrue();
  }

  @Test
  void advanceAll_pausedForLessThanFourDays_leavesTheJob() {
    pause();
    world.pass(Duration.ofDays(4).minusSeconds(1));

    world.starter.advanceAll(world.instant());

    assertThat(world.job(job).state()).isEqualTo(Job.State.PAUSED_ON_FAILURE);
    world.pass(Duration.ofSeconds(1));
    world.starter.advanceAll(world.instant());
    assertThat(world.job(job).state()).isEqualTo(Job.State.DELETED);
  }

  private RunReference pause() {
    world.pass(Duration.ofHours(1));
    world.starter.advance(job, world.instant());
    RunReference run = world.begin(job);
    world
        .state
        .transaction()
        .with(world.state.runs().fail(world.run(run), "Test", "stopped", null, world.instant()))
        .with(
            world
                .state
                .jobs()
                .fail(
                    world.job(job),
                    new Jobs.Failure(
                        run.runId(), Job.State.PAUSED_ON_FAILURE, "paused", false, null),
                    world.instant()))
        .commit();
    return run;
  }

  @Test
  void update_deletedJob_isNotPermitted() {
    api.ok("DeleteReplicationJob", request(""));

    assertThat(refused(", \"frequency\": 2")).isEqualTo("OperationNotPermittedException");
  }

  @Test
  void update_wrongWishes_areRefused() {
    assertThat(api.error("UpdateReplicationJob", "{\"frequency\": 1}"))
        .isEqualTo("MissingRequiredParameterException");
    assertThat(
            api.error(
                "UpdateReplicationJob", TestApi.quoted("replicationJobId", "sms-job-00000000")))
        .isEqualTo("ReplicationJobNotFoundException");
    for (String wish :
        List.of(
            "\"frequency\": 0",
            "\"frequency\": 25",
            "\"licenseType\": \"FREE\"",
            "\"numberOfRecentAmisToKeep\": -1",
            "\"numberOfRecentAmisToKeep\": 271",
            "\"kmsKeyId\": \"alias/sms\"",
            "\"encrypted\": true, \"kmsKeyId\": \"my key\"",
            "\"description\": \"two\\nlines\"",
            "\"nextReplicationRunStartTime\": "
                + world.instant().plus(Duration.ofDays(31)).getEpochSecond())) {
      assertThat(refused(", " + wish)).as(wish).isEqualTo("InvalidParameterException");
    }
    assertThat(refused(", \"encrypted\": 1")).isEqualTo("SerializationException");
    assertThat(world.job(job).settings().description()).isEqualTo("nightly");
  }

  @Test
  void update_oneTimeJob_hasNoFrequency() {
    api.ok("DeleteReplicationJob", request(""));
    JobId once = world.oneTimeJob(Duration.ofHours(1)).id();

    assertThat(
            api.error(
                "UpdateReplicationJob",
                "{\"replicationJobId\": \"" + once + "\", \"frequency\": 2}"))
        .isEqualTo("InvalidParameterException");
  }
}
