package dev.drover.local.acceptance;

import static dev.drover.local.acceptance.AwsCli.assertFails;
import static dev.drover.local.acceptance.AwsCli.aws;
import static dev.drover.local.acceptance.AwsCli.sms;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.local.launcher.stack.DeployedStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/**
 * The real AWS CLI drives a migration from import to AMI, as a script for the old service did; only
 * its model signs as {@code execute-api}.
 */
@ExtendWith(SharedCloud.class)
class AwsCliIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void awsSms_fromImportToImage_works(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) throws IOException {
    byte[] disk = {
      0, 0, 0, 0, 'a', ' ', 'd', 'i', 's', 'k', 0, 'o', 'f', 0, 21, 0, 'b', 'y', 't', 'e', 's'
    };
    try (Site site = new Site(stack, Site.Place.CLI, folder);
        Images images = new Images(stack)) {
      site.disk("cli", "disk.img", disk);
      site.disk("win", "disk.img", disk);
      Files.writeString(
          folder.resolve("win").resolve("server.yaml"), "os: windows9Server64Guest\n");
      site.startConnector();

      assertThat(aws(stack, "get-connectors").at("/connectorList").findValuesAsText("connectorId"))
          .contains(site.place().connectorId().value());
      sms(stack, "import-server-catalog").requireSuccess();
      String serverId =
          Site.await(
              LIMIT, "server cli in get-servers", () -> serverId(aws(stack, "get-servers"), "cli"));
      String importedJob = createdForWindows(stack);
      String jobId =
          aws(
                  stack,
                  "create-replication-job",
                  "--server-id",
                  serverId,
                  "--seed-replication-time",
                  "2020-01-01T00:00:00Z",
                  "--frequency",
                  "12")
              .path("replicationJobId")
              .asText();
      assertThat(jobId).startsWith("sms-job-");

      JsonNode run = Site.await(LIMIT, "the run's end", () -> endedRun(stack, jobId));
      assertThat(run.path("state").asText())
          .as(run.path("statusMessage").asText())
          .isEqualTo("COMPLETED");
      assertThat(
              aws(stack, "get-replication-jobs", "--replication-job-id", jobId)
                  .at("/replicationJobList/0/latestAmiId")
                  .asText())
          .isEqualTo(run.path("amiId").asText());
      images.assertIdentical(
          images.snapshotOf(run.path("amiId").asText(), Site.diskId("cli", "disk.img")),
          disk,
          scratch);

      String onDemand =
          aws(stack, "start-on-demand-replication-run", "--replication-job-id", jobId)
              .path("replicationRunId")
              .asText();
      assertThat(onDemand).startsWith("sms-run-");
      JsonNode second = Site.await(LIMIT, "the second run's end", () -> endedRun(stack, jobId));
      assertThat(second.path("state").asText()).isEqualTo("COMPLETED");
      assertThat(second.path("replicationRunId").asText()).isEqualTo(onDemand);
      assertImported(stack, images, importedJob, disk, scratch);
      changeAndRemove(stack, site, jobId);
    }
  }

  /** The image of a guest that the catalog knows to need it is made by VM Import. */
  private static String createdForWindows(DeployedStack stack) {
    String serverId =
        Site.await(
            LIMIT, "server win in get-servers", () -> serverId(aws(stack, "get-servers"), "win"));
    return aws(
            stack,
            "create-replication-job",
            "--server-id",
            serverId,
            "--seed-replication-time",
            "2020-01-01T00:00:00Z",
            "--run-once",
            "--license-type",
            "AWS")
        .path("replicationJobId")
        .asText();
  }

  private static void assertImported(
      DeployedStack stack, Images images, String jobId, byte[] disk, Path scratch) {
    JsonNode run = Site.await(LIMIT, "the imported run's end", () -> endedRun(stack, jobId));
    assertThat(run.path("state").asText())
        .as(run.path("statusMessage").asText())
        .isEqualTo("COMPLETED");
    Image image = images.image(run.path("amiId").asText());
    assertThat(image.name()).startsWith("import-ami-");
    assertThat(image.usageOperation()).as("a licence of AWS's").isEqualTo("RunInstances:0002");
    assertThat(images.imagesOfJob(jobId))
        .extracting(Image::imageId)
        .containsExactly(image.imageId());
    String made = image.blockDeviceMappings().getFirst().ebs().snapshotId();
    images.assertIdentical(made, disk, scratch);
    assertThat(images.snapshotsOfJob(jobId))
        .as("what was copied, the base of the next run, and what was made of it")
        .hasSize(2)
        .extracting(Snapshot::snapshotId)
        .contains(made);
    sms(stack, "delete-replication-job", "--replication-job-id", jobId).requireSuccess();
  }

  /** What remains of the eleven operations; {@code --query} as people use it. */
  private static void changeAndRemove(DeployedStack stack, Site site, String jobId) {
    sms(stack, "update-replication-job", "--replication-job-id", jobId, "--frequency", "6")
        .requireSuccess();
    assertThat(
            sms(
                    stack,
                    "get-replication-jobs",
                    "--replication-job-id",
                    jobId,
                    "--query",
                    "replicationJobList[0].[frequency,state]")
                .requireSuccess()
                .text()
                .replaceAll("\\s", ""))
        .isEqualTo("[6,\"ACTIVE\"]");
    assertFails(sms(stack, "delete-server-catalog"), "OperationNotPermittedException");
    sms(stack, "delete-replication-job", "--replication-job-id", jobId).requireSuccess();
    assertThat(
            aws(stack, "get-replication-jobs", "--replication-job-id", jobId)
                .at("/replicationJobList/0/state")
                .asText())
        .isIn("DELETING", "DELETED");
    String connector = site.place().connectorId().value();
    sms(stack, "disassociate-connector", "--connector-id", connector).requireSuccess();
    assertThat(aws(stack, "get-connectors").at("/connectorList").findValuesAsText("connectorId"))
        .doesNotContain(connector);
  }

  @Test
  void awsSms_mistakes_areAnsweredWithModelledErrors(DeployedStack stack) {
    assertFails(
        sms(stack, "get-replication-jobs", "--replication-job-id", "sms-job-00000000"),
        "ReplicationJobNotFoundException");
    assertFails(
        sms(
            stack,
            "create-replication-job",
            "--server-id",
            "s-00000000",
            "--seed-replication-time",
            "2020-01-01T00:00:00Z",
            "--frequency",
            "12"),
        "ServerCannotBeReplicatedException");
    assertFails(
        sms(
            stack,
            "create-replication-job",
            "--server-id",
            "s-00000000",
            "--seed-replication-time",
            "2020-01-01T00:00:00Z",
            "--frequency",
            "0"),
        "InvalidParameterException");
  }

  @Test
  void awsSms_validation_isKeptShownAndDeleted(DeployedStack stack) {
    String appId = aws(stack, "create-app").at("/appSummary/appId").asText();
    sms(
            stack,
            "put-app-validation-configuration",
            "--app-id",
            appId,
            "--app-validation-configurations",
            "name=smoke,appValidationStrategy=SSM,ssmValidationParameters={source={s3Location={"
                + "bucket=sms-app-scripts,key=smoke.sh}},scriptType=SHELL_SCRIPT,"
                + "instanceId=i-0123456789abcdef0,command=./smoke.sh,executionTimeoutSeconds=60}")
        .requireSuccess();

    JsonNode output =
        aws(stack, "get-app-validation-output", "--app-id", appId).at("/validationOutputList/0");
    assertThat(output.path("status").asText()).isEqualTo("READY_FOR_VALIDATION");
    assertThat(
            aws(stack, "get-app-validation-configuration", "--app-id", appId)
                .at("/appValidationConfigurations/0/validationId"))
        .isEqualTo(output.path("validationId"));

    sms(stack, "delete-app", "--app-id", appId).requireSuccess();
    assertFails(
        sms(stack, "get-app-validation-output", "--app-id", appId), "InvalidParameterException");
  }

  private static Optional<String> serverId(JsonNode servers, String name) {
    return StreamSupport.stream(servers.path("serverList").spliterator(), false)
        .filter(server -> server.at("/vmServer/vmName").asText().equals(name))
        .map(server -> server.path("serverId").asText())
        .findFirst();
  }

  private static Optional<JsonNode> endedRun(DeployedStack stack, String jobId) {
    JsonNode newest =
        aws(stack, "get-replication-runs", "--replication-job-id", jobId)
            .at("/replicationRunList/0");
    return switch (newest.path("state").asText()) {
      case "COMPLETED", "FAILED", "MISSED" -> Optional.of(newest);
      default -> Optional.empty();
    };
  }
}
