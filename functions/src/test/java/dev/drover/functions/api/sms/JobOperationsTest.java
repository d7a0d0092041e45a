package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.run.FailureReason;
import dev.drover.functions.run.RunFailure;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobOperationsTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  @Test
  void createReplicationJob_whereADeploymentChoseOtherwise_goesByThat() {
    TestApi generous = new TestApi(new JobLimits(2_160, 5));
    String rare = TestApi.CREATE_JOB.replace("12", "2160");

    String jobId = generous.ok("CreateReplicationJob", rare).get("replicationJobId").asText();

    JsonNode job =
        generous
            .ok("GetReplicationJobs", TestApi.quoted("replicationJobId", jobId))
            .at("/replicationJobList/0");
    assertThat(job.get("frequency").asInt()).isEqualTo(2_160);
    assertThat(job.get("numberOfRecentAmisToKeep").asInt()).isEqualTo(5);
  }

  @Test
  void createReplicationJob_thatSaysToKeepAll_keepsAllWhateverTheDeploymentChose() {
    TestApi frugal = new TestApi(new JobLimits(24, 5));
    String all = TestApi.CREATE_JOB.replace("12", "12, \"numberOfRecentAmisToKeep\": 0");

    String jobId = frugal.ok("CreateReplicationJob", all).get("replicationJobId").asText();

    assertThat(frugal.world.job(new JobId(jobId)).settings().recentAmisToKeep()).isZero();
  }

  @Test
  void createReplicationJob_moreHoursThanTheDeploymentAllows_namesTheSetting() {
    assertThat(api.send("CreateReplicationJob", TestApi.CREATE_JOB.replace("12", "25")).getBody())
        .contains("between 1 and 24 hours", "drover:maxFrequencyHours");
  }

  @Test
  void createReplicationJob_keyThatCannotEncrypt_isRefusedAndNamed() {
    world.ebs.object("alias/off", "it is Disabled, and EBS takes enabled keys only");
    String wish =
        TestApi.CREATE_JOB.replace("12", "12, \"encrypted\": true, \"kmsKeyId\": \"alias/off\"");

    assertThat(api.error("CreateReplicationJob", wish)).isEqualTo("InvalidParameterException");
    assertThat(api.send("CreateReplicationJob", wish).getBody())
        .contains("kmsKeyId is 'alias/off'", "it is Disabled");
    assertThat(world.state.jobs().list()).isEmpty();
  }

  @Test
  void createReplicationJob_encryptedByADefaultKeyThatCannot_isRefusedWithTheNextStep() {
    world.ebs.object("", "it is PendingDeletion, and EBS takes enabled keys only (alias/ours)");
    String wish = TestApi.CREATE_JOB.replace("12", "12, \"encrypted\": true");

    assertThat(api.error("CreateReplicationJob", wish)).isEqualTo("InvalidParameterException");
    assertThat(api.send("CreateReplicationJob", wish).getBody())
        .contains("default key for EBS", "it is PendingDeletion", "(alias/ours)", "give kmsKeyId");
    assertThat(world.state.jobs().list()).isEmpty();
    api.send("CreateReplicationJob", TestApi.CREATE_JOB);
    assertThat(world.state.jobs().list()).as("nothing is to be encrypted").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Debian 13",
        "Red Hat Enterprise Linux 9 (64-bit)",
        "CentOS 7 (64-bit)",
        "Microsoft Windows 11 (64-bit)",
        "Windows XP"
      })
  void createReplicationJob_licenseOfAwsForWhatAwsDoesNotLicense_isRefused(String os) {
    world.seeOs(os);

    assertThat(api.send("CreateReplicationJob", ofAws()).getBody())
        .contains("InvalidParameterException", "runs " + os, "give BYOL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Microsoft Windows Server 2022 (64-bit)", "Windows 2012 R2", "FreeBSD", "unknown"})
  void createReplicationJob_licenseOfAwsForWindowsServerOrWhoKnows_isTaken(String os) {
    world.seeOs(os.equals("unknown") ? null : os);

    assertThat(api.ok("CreateReplicationJob", ofAws())).isNotEmpty();
  }

  @Test
  void createReplicationJob_moreDisksThanVmImportTakes_isRefusedWhereItIsNeeded() {
    world.seeDisks(
        IntStream.range(0, 22).mapToObj(i -> new TestDisk(i + ".img", 524_288)).toList());
    world.seeOs("Microsoft Windows Server 2022 (64-bit)");

    assertThat(api.send("CreateReplicationJob", TestApi.CREATE_JOB).getBody())
        .contains("ServerCannotBeReplicatedException", "takes 21 disks at most, and it has 22");
    world.seeOs("Debian 13");
    assertThat(api.ok("CreateReplicationJob", TestApi.CREATE_JOB)).isNotEmpty();
  }

  private static String ofAws() {
    return TestApi.CREATE_JOB.replace("12", "12, \"licenseType\": \"AWS\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23})
  void createReplicationJob_numberOfDisksThatMakesNoImage_isRefused(int count) {
    world.seeDisks(
        IntStream.range(0, count).mapToObj(i -> new TestDisk(i + ".img", 524_288)).toList());

    assertThat(api.error("CreateReplicationJob", TestApi.CREATE_JOB))
        .isEqualTo("ServerCannotBeReplicatedException");
  }

  @Test
  void createReplicationJob_wrongWishes_areRefused() {
    String server = "\"serverId\": \"s-0a0b0c0d\", \"seedReplicationTime\": 1477348200";
    assertThat(api.error("CreateReplicationJob", "{\"seedReplicationTime\": 1}"))
        .isEqualTo("MissingRequiredParameterException");
    assertThat(api.error("CreateReplicationJob", TestApi.quoted("serverId", "s-0a0b0c0d")))
        .isEqualTo("MissingRequiredParameterException");
    for (String wish :
        List.of(
            "\"runOnce\": false",
            "\"frequency\": 0",
            "\"frequency\": 25",
            "\"frequency\": 1, \"runOnce\": true",
            "\"frequency\": 1, \"numberOfRecentAmisToKeep\": -1",
            "\"frequency\": 1, \"numberOfRecentAmisToKeep\": 271",
            "\"frequency\": 1, \"kmsKeyId\": \"alias/sms\"",
            "\"frequency\": 1, \"licenseType\": \"FREE\"",
            "\"frequency\": 1, \"encrypted\": true, \"kmsKeyId\": \"my key\"",
            "\"frequency\": 1, \"encrypted\": true, \"kmsKeyId\": \"key/1234abcd\"",
            "\"frequency\": 1, \"encrypted\": true, \"kmsKeyId\": \"arn:aws:s3:::bucket\"",
            "\"frequency\": 1, \"roleName\": \"s\\u0000ms\"",
            "\"frequency\": 1, \"description\": \"a\\u0007bell\"",
            "\"frequency\": 1, \"description\": \"two\\nlines\"",
            "\"frequency\": 1, \"description\": \"half \\ud83d\"",
            "\"frequency\": 1, \"description\": \"" + "x".repeat(2_049) + "\"")) {
      assertThat(api.error("CreateReplicationJob", "{" + server + ", " + wish + "}"))
          .as(wish)
          .isEqualTo("InvalidParameterException");
    }
    long tooLate = world.instant().plus(Duration.ofDays(31)).getEpochSecond();
    assertThat(
            api.error(
                "CreateReplicationJob",
                "{\"serverId\": \"s-0a0b0c0d\", \"runOnce\": true, \"seedReplicationTime\": %d}"
                    .formatted(tooLate)))
        .isEqualTo("InvalidParameterException");
    assertThat(
            api.error(
                "CreateReplicationJob",
                "{\"serverId\": \"s-1\", \"runOnce\": true, \"seedReplicationTime\": 1}"))
        .isEqualTo("ServerCannotBeReplicatedException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alias/aws/ebs",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "mrk-1234abcd12ab34cd56ef1234567890ab",
        "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/sms"
      })
  void createReplicationJob_everyFormOfAKey_isTaken(String key) {
    String created =
        api.ok(
                "CreateReplicationJob",
                TestApi.CREATE_JOB.replace(
                    "\"frequency\"",
                    "\"encrypted\": true, \"description\": \"für Büro 🐂\", \"kmsKeyId\": \""
                        + key
                        + "\", \"frequency\""))
            .get("replicationJobId")
            .asText();

    assertThat(world.job(new JobId(created)).settings().kmsKeyId()).isEqualTo(key);
    assertThat(world.job(new JobId(created)).settings().description()).isEqualTo("für Büro 🐂");
  }

  @Test
  void createReplicationJob_serverWithJob_alreadyExists() {
    api.createJob();

    assertThat(api.error("CreateReplicationJob", TestApi.CREATE_JOB))
        .isEqualTo("ReplicationJobAlreadyExistsException");
  }

  @Test
  void createReplicationJob_sameInvocation_answersTheSameJob() {
    Map<String, String> headers =
        Map.of(
            "X-Amz-Target", "AWSServerMigrationService_V2016_10_24.CreateReplicationJob",
            "amz-sdk-invocation-id", "46f0813e-4915-a6ec-d620-1d22ee6577e4");

    String first = api.send(TestApi.event(headers, TestApi.CREATE_JOB)).getBody();

    assertThat(api.send(TestApi.event(headers, TestApi.CREATE_JOB)).getBody()).isEqualTo(first);
  }

  @Test
  void createReplicationJob_noHealthyConnector_isRefused() {
    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(api.send("CreateReplicationJob", TestApi.CREATE_JOB).getBody())
        .contains("NoConnectorsAvailableException", "was last heard of at 2026-11-23T14:00:00Z");
  }

  @Test
  void getReplicationJobs_showsTheJobWithItsRuns() {
    String jobId = api.createJob();
    world.publish(new JobId(jobId), "ami-1");

    JsonNode job =
        api.ok("GetReplicationJobs", TestApi.quoted("replicationJobId", jobId))
            .at("/replicationJobList/0");

    assertThat(job.get("state").asText()).isEqualTo("ACTIVE");
    assertThat(job.get("serverId").asText()).isEqualTo("s-0a0b0c0d");
    assertThat(job.at("/vmServer/vmServerAddress/vmId").asText()).isEqualTo("web");
    assertThat(job.get("seedReplicationTime").asLong()).isEqualTo(1_477_348_200L);
    assertThat(job.get("frequency").asInt()).isEqualTo(12);
    assertThat(job.get("nextReplicationRunStartTime").decimalValue())
        .isEqualByComparingTo("1795485600.250");
    assertThat(job.get("latestAmiId").asText()).isEqualTo("ami-1");
    assertThat(job.at("/replicationRunList/0/amiId").asText()).isEqualTo("ami-1");
    assertThat(job.at("/replicationRunList/0/stageDetails/stage").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void getReplicationJobs_all_areWithTheRunTheyAreAt() {
    String jobId = api.createJob();
    assertThat(
            api.ok("GetReplicationJobs", "{}")
                .at("/replicationJobList/0/replicationRunList/0/state")
                .asText())
        .isEqualTo("PENDING");
    world.publish(new JobId(jobId), "ami-1");

    JsonNode jobs = api.ok("GetReplicationJobs", "{}").get("replicationJobList");

    assertThat(jobs.findValuesAsText("replicationJobId")).containsExactly(jobId);
    assertThat(jobs.at("/0/replicationRunList").isArray()).isTrue();
    assertThat(jobs.at("/0/replicationRunList")).isEmpty();
  }

  @Test
  void getReplicationJobs_unknown_isNotFound() {
    assertThat(
            api.error("GetReplicationJobs", TestApi.quoted("replicationJobId", "sms-job-00000000")))
        .isEqualTo("ReplicationJobNotFoundException");
    assertThat(api.error("GetReplicationJobs", TestApi.quoted("replicationJobId", "x")))
        .isEqualTo("ReplicationJobNotFoundException");
    assertThat(api.ok("GetReplicationJobs", "{}").get("replicationJobList").isArray()).isTrue();
  }

  /** A script whose variable is unset does not mean all jobs. */
  @Test
  void getReplicationJobs_emptyId_isOfNoJob() {
    api.createJob();

    assertThat(api.error("GetReplicationJobs", TestApi.quoted("replicationJobId", "")))
        .isEqualTo("ReplicationJobNotFoundException");
  }

  /** The time of a retry that was moved is not the one that was said when the run failed. */
  @Test
  void getReplicationJobs_oneTimeJobThatFailed_saysWhenItIsTriedAgainAsItIsScheduledNow() {
    Job job = world.oneTimeJob(Duration.ZERO);
    new RunFailure(world.state, _ -> {}, world.jobEnd, World.MAX_FAILURES, world, world.eventLog)
        .fail(
            world.run(world.active(job.id())).execution(),
            new FailureReason("Some", "It did not work"));
    String jobId = TestApi.quoted("replicationJobId", job.id().value());
    assertThat(statusMessage(jobId)).endsWith(" The job is tried again at 2026-11-23T15:00:00Z.");

    api.ok(
        "UpdateReplicationJob",
        "{\"replicationJobId\": \"%s\", \"nextReplicationRunStartTime\": %d}"
            .formatted(job.id(), Instant.parse("2026-11-24T10:00:00Z").getEpochSecond()));

    assertThat(statusMessage(jobId)).endsWith(" The job is tried again at 2026-11-24T10:00:00Z.");
  }

  private String statusMessage(String jobId) {
    return api.ok("GetReplicationJobs", jobId).at("/replicationJobList/0/statusMessage").asText();
  }
}
