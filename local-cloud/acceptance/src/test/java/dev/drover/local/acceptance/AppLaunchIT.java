package dev.drover.local.acceptance;

import static dev.drover.local.acceptance.AwsCli.assertFails;
import static dev.drover.local.acceptance.AwsCli.aws;
import static dev.drover.local.acceptance.AwsCli.sms;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.local.launcher.stack.DeployedStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real AWS CLI takes an application of two servers from its catalog to a stack and back; the
 * servers run what they were given, validate themselves, and tell what came of it.
 */
@ExtendWith(SharedCloud.class)
class AppLaunchIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String SCRIPTS = "sms-app-launch-it";
  private static final String ROLE = "sms-app-shop";

  @Test
  void application_isReplicatedLaunchedRelaunchedAndTerminated(
      DeployedStack stack, @TempDir Path folder) {
    try (Site site = new Site(stack, Site.Place.APPLICATION, folder)) {
      site.disk("db", "disk.img", new byte[] {'d', 'b', 0, 1});
      site.disk("web", "disk.img", new byte[] {'w', 'e', 'b', 1});
      site.startConnector();
      String db = site.serverId("db");
      String web = site.serverId("web");
      JsonNode created =
          aws(
              stack,
              "create-app",
              "--name",
              "shop",
              "--tags",
              "key=env,value=test",
              "--server-groups",
              "name=web,serverList=[{serverId=%s}]".formatted(web),
              "name=db,serverList=[{serverId=%s}]".formatted(db));
      String app = created.at("/appSummary/appId").asText();
      sms(
              stack,
              "put-app-replication-configuration",
              "--app-id",
              app,
              "--server-group-replication-configurations",
              "serverReplicationConfigurations=[%s,%s]".formatted(daily(db), daily(web)))
          .requireSuccess();
      stack.cloud().runGuests();
      makeRole(stack);
      put(stack, folder, "configure.sh", "#!/bin/sh\necho db > \"$HOME/configured\"\n");
      put(stack, folder, "db.sh", "#!/bin/sh\necho \"this is $(cat \"$HOME/configured\")\"\n");
      put(stack, folder, "web.sh", "#!/bin/sh\necho nobody listens >&2\nexit 3\n");
      String webGroup = created.at("/serverGroups/0/serverGroupId").asText();
      String dbGroup = created.at("/serverGroups/1/serverGroupId").asText();
      sms(
              stack,
              "put-app-validation-configuration",
              "--app-id",
              app,
              "--server-group-validation-configurations",
              validated(dbGroup, db, "db"),
              validated(webGroup, web, "web"))
          .requireSuccess();
      sms(
              stack,
              "put-app-launch-configuration",
              "--app-id",
              app,
              "--auto-launch",
              "--server-group-launch-configurations",
              launched(webGroup, 2, web, "logicalId=web"),
              launched(
                  dbGroup,
                  1,
                  db,
                  "logicalId=db,configureScriptType=SHELL_SCRIPT,configureScript={bucket=%s,key=configure.sh}"
                      .formatted(SCRIPTS)))
          .requireSuccess();
      assertFails(sms(stack, "launch-app", "--app-id", app), "OperationNotPermittedException");

      sms(stack, "start-app-replication", "--app-id", app).requireSuccess();
      await(stack, app, "replicationStatus", "REPLICATED");
      await(stack, app, "launchStatus", "LAUNCHED");
      assertThat(
              AwsCli.run(
                      stack,
                      List.of(
                          "ec2", "describe-images", "--image-ids", latestImage(stack, db).asText()))
                  .requireSuccess()
                  .json()
                  .at("/Images/0/Tags")
                  .toString())
          .contains("{\"Key\":\"env\",\"Value\":\"test\"}");
      JsonNode template =
          aws(stack, "generate-template", "--app-id", app, "--template-format", "YAML");
      assertThat(template.at("/s3Location/key").asText())
          .isEqualTo("applications/" + app + "/template.yaml");

      JsonNode first = instance(stack, app, "db", "running").orElseThrow();
      assertThat(first.path("ImageId")).isEqualTo(latestImage(stack, db));
      assertThat(instance(stack, app, "web", "running")).isPresent();
      JsonNode validated = validated(stack, app);
      assertThat(validated.findValuesAsText("status")).containsExactly("SUCCEEDED", "FAILED");
      assertThat(validated.findValuesAsText("statusMessage"))
          .containsExactly("exit code 0: this is db", "exit code 3: nobody listens");

      String monitor = runMonitor(stack, first.path("ImageId").asText());
      put(stack, folder, "smoke.sh", "#!/bin/sh\necho \"$1 answers\"\n");
      sms(
              stack,
              "put-app-validation-configuration",
              "--app-id",
              app,
              "--app-validation-configurations",
              commanded(monitor),
              "--server-group-validation-configurations",
              validated(dbGroup, db, "db"),
              validated(webGroup, web, "web"))
          .requireSuccess();
      sms(stack, "start-on-demand-app-replication", "--app-id", app).requireSuccess();
      await(stack, app, "replicationStatus", "DELTA_REPLICATED");
      JsonNode changes = object(stack, aws(stack, "generate-change-set", "--app-id", app)).json();
      assertThat(changes.findValuesAsText("Replacement")).containsExactly("True", "True");
      assertThat(changes.findValuesAsText("PhysicalResourceId"))
          .contains(first.path("InstanceId").asText());
      sms(stack, "launch-app", "--app-id", app).requireSuccess();
      await(stack, app, "launchStatus", "LAUNCHED");
      JsonNode second = instance(stack, app, "db", "running").orElseThrow();
      assertThat(second.path("ImageId"))
          .isEqualTo(latestImage(stack, db))
          .isNotEqualTo(first.path("ImageId"));
      assertThat(second.path("InstanceId")).isNotEqualTo(first.path("InstanceId"));
      JsonNode again = validated(stack, app);
      assertThat(again.findValuesAsText("status"))
          .containsExactly("SUCCEEDED", "SUCCEEDED", "FAILED");
      assertThat(again.at("/0/statusMessage").asText()).isEqualTo("exit code 0: shop answers");
      assertThat(object(stack, again.at("/0/appValidationOutput/ssmOutput")).text())
          .isEqualToIgnoringNewLines("shop answers");
      assertThat(again.findValuesAsText("latestValidationTime"))
          .doesNotContainAnyElementsOf(validated.findValuesAsText("latestValidationTime"));
      assertThat(console(stack, second)).contains("the user data is done", "SUCCEEDED is told");

      sms(stack, "terminate-app", "--app-id", app).requireSuccess();
      await(stack, app, "launchStatus", "TERMINATED");
      assertThat(instance(stack, app, "db", "running")).isEmpty();
      assertThat(latestImage(stack, db).asText()).as("AMIs stay").startsWith("ami-");
      sms(stack, "delete-app", "--app-id", app, "--force-stop-app-replication").requireSuccess();
      assertThat(aws(stack, "list-apps", "--app-ids", app).path("apps")).isEmpty();
    }
  }

  private static String daily(String server) {
    return "{server={serverId=%s},serverReplicationParameters={frequency=24}}".formatted(server);
  }

  private static String launched(String group, int order, String server, String members) {
    return "serverGroupId=%s,launchOrder=%d,serverLaunchConfigurations=[{server={serverId=%s},iamInstanceProfileName=%s,%s}]"
        .formatted(group, order, server, ROLE, members);
  }

  private static String validated(String group, String server, String name) {
    return "serverGroupId=%s,serverValidationConfigurations=[{server={serverId=%s},name=%s,serverValidationStrategy=USERDATA,userDataValidationParameters={scriptType=SHELL_SCRIPT,source={s3Location={bucket=%s,key=%s.sh}}}}]"
        .formatted(group, server, name, SCRIPTS, name);
  }

  /** What came of both, the database first. */
  private static JsonNode validated(DeployedStack stack, String app) {
    return Site.await(
        LIMIT,
        "both are validated",
        () ->
            Optional.of(aws(stack, "get-app-validation-output", "--app-id", app))
                .map(answer -> answer.path("validationOutputList"))
                .filter(
                    list ->
                        list.findValuesAsText("status").stream()
                            .allMatch(List.of("SUCCEEDED", "FAILED")::contains)));
  }

  private static void makeRole(DeployedStack stack) {
    String trust =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}";
    run(stack, "iam create-role --role-name " + ROLE, "--assume-role-policy-document", trust);
    run(stack, "iam create-instance-profile --instance-profile-name " + ROLE);
    run(
        stack,
        "iam add-role-to-instance-profile --instance-profile-name " + ROLE,
        "--role-name",
        ROLE);
    run(stack, "s3api create-bucket --bucket " + SCRIPTS);
  }

  private static void put(DeployedStack stack, Path folder, String key, String script) {
    try {
      Path file = Files.writeString(folder.resolve(key), script);
      run(
          stack,
          "s3api put-object --bucket " + SCRIPTS,
          "--key",
          key,
          "--body",
          file.toAbsolutePath().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(DeployedStack stack, String words, String... more) {
    AwsCli.run(stack, Stream.concat(Stream.of(words.split(" ", -1)), Stream.of(more)).toList())
        .requireSuccess();
  }

  private static String console(DeployedStack stack, JsonNode instance) {
    return AwsCli.run(
            stack,
            List.of(
                "ec2", "get-console-output", "--instance-id", instance.path("InstanceId").asText()))
        .requireSuccess()
        .json()
        .path("Output")
        .asText();
  }

  private static JsonNode summary(DeployedStack stack, String app) {
    return aws(stack, "get-app", "--app-id", app).path("appSummary");
  }

  private static void await(DeployedStack stack, String app, String track, String status) {
    JsonNode summary =
        Site.await(
            LIMIT,
            track + " " + status,
            () ->
                Optional.of(summary(stack, app))
                    .filter(
                        now ->
                            now.path(track).asText().equals(status)
                                || now.path(track).asText().endsWith("_FAILED")));
    assertThat(summary.path(track).asText()).as(summary.toString()).isEqualTo(status);
  }

  private static JsonNode latestImage(DeployedStack stack, String server) {
    JsonNode jobs = aws(stack, "get-replication-jobs").path("replicationJobList");
    for (JsonNode job : jobs) {
      if (job.path("serverId").asText().equals(server)) {
        return job.path("latestAmiId");
      }
    }
    throw new AssertionError("server " + server + " has no job");
  }

  /** An instance that was there before, on which Systems Manager may run validations. */
  private static String runMonitor(DeployedStack stack, String image) {
    return AwsCli.run(
            stack,
            List.of(
                "ec2",
                "run-instances",
                "--image-id",
                image,
                "--instance-type",
                "t3.small",
                "--iam-instance-profile",
                "Name=" + ROLE,
                "--tag-specifications",
                "ResourceType=instance,Tags=[{Key=UserForSMSApplicationValidation,Value=true}]"))
        .requireSuccess()
        .json()
        .at("/Instances/0/InstanceId")
        .asText();
  }

  private static String commanded(String instance) {
    return "name=smoke,appValidationStrategy=SSM,ssmValidationParameters={instanceId=%s,scriptType=SHELL_SCRIPT,command=smoke.sh shop,executionTimeoutSeconds=60,outputS3BucketName=%s,source={s3Location={bucket=%s,key=smoke.sh}}}"
        .formatted(instance, SCRIPTS, SCRIPTS);
  }

  private static AwsCli.Answer object(DeployedStack stack, JsonNode answer) {
    JsonNode at = answer.path("s3Location");
    String address = "s3://%s/%s".formatted(at.path("bucket").asText(), at.path("key").asText());
    return AwsCli.run(stack, List.of("s3", "cp", address, "-")).requireSuccess();
  }

  private static Optional<JsonNode> instance(
      DeployedStack stack, String app, String name, String state) {
    JsonNode found =
        AwsCli.run(
                stack,
                List.of(
                    "ec2",
                    "describe-instances",
                    "--filters",
                    "Name=tag:drover:app,Values=" + app,
                    "Name=tag:Name,Values=" + name,
                    "Name=instance-state-name,Values=" + state))
            .requireSuccess()
            .json();
    JsonNode first = found.at("/Reservations/0/Instances/0");
    return first.isMissingNode() ? Optional.empty() : Optional.of(first);
  }
}
