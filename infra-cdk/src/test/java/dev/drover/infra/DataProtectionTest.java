package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bucket, the queues and the table keep what is theirs, and nothing longer than its reason. */
class DataProtectionTest {
  /** What an account or a region has one of, so that ours would take another's place. */
  private static final List<String> ACCOUNT_WIDE =
      List.of(
          "AWS::ApiGateway::Account",
          "AWS::EC2::SnapshotBlockPublicAccess",
          "AWS::Logs::AccountPolicy",
          "AWS::Logs::ResourcePolicy",
          "AWS::S3::AccountPublicAccessBlock",
          "AWS::XRay::ResourcePolicy");

  private final Template template = Template.aws();

  @Test
  void bucket_always_isPrivateAndEncryptedAndKept() {
    JsonNode bucket = only("AWS::S3::Bucket");
    JsonNode properties = bucket.get("Properties");
    assertThat(properties.get("PublicAccessBlockConfiguration")).hasSize(4);
    assertThat(properties.get("PublicAccessBlockConfiguration")).allMatch(JsonNode::asBoolean);
    assertThat(properties.at("/OwnershipControls/Rules/0/ObjectOwnership").asText())
        .isEqualTo("BucketOwnerEnforced");
    assertThat(properties.findValuesAsText("SSEAlgorithm")).containsExactly("AES256");
    assertThat(properties.has("VersioningConfiguration")).isFalse();
    assertThat(bucket.get("DeletionPolicy").asText()).isEqualTo("Retain");
  }

  @Test
  void bucket_overPlainHttp_isDenied() {
    assertThat(deniesPlainHttp(only("AWS::S3::BucketPolicy"))).isTrue();
  }

  @Test
  void lifecycle_ofEachPrefix_isAsLongAsItsReason() {
    Map<String, Integer> days = new TreeMap<>();
    for (JsonNode rule : only("AWS::S3::Bucket").at("/Properties/LifecycleConfiguration/Rules")) {
      assertThat(rule.get("Status").asText()).isEqualTo("Enabled");
      if (rule.has("ExpirationInDays")) {
        days.put(rule.get("Prefix").asText(), rule.get("ExpirationInDays").asInt());
      } else {
        days.put(
            "multipart", rule.at("/AbortIncompleteMultipartUpload/DaysAfterInitiation").asInt());
      }
    }
    assertThat(days)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("staging/", 37, "tasks/", 37, "reports/", 90, "multipart", 1));
    int runSeconds = Definition.replicateRun().json().get("TimeoutSeconds").asInt();
    assertThat(days.getOrDefault("tasks/", 0) * 24 * 60 * 60).isGreaterThanOrEqualTo(runSeconds);
  }

  @Test
  void notifications_ofStagingAndReports_goToTheirQueues() {
    Map<String, String> queues = new TreeMap<>();
    only("Custom::S3BucketNotifications")
        .at("/Properties/NotificationConfiguration/QueueConfigurations")
        .forEach(
            notification ->
                queues.put(
                    notification.at("/Filter/Key/FilterRules/0/Value").asText(),
                    Template.render(notification.get("QueueArn"))));
    assertThat(queues).containsOnlyKeys("staging/site/", "reports/");
    assertThat(queues.get("staging/site/")).startsWith("${SegmentApplySegmentssiteQueue");
    assertThat(queues.get("reports/")).startsWith("${ReportsQueue");
  }

  @Test
  void environments_each_haveASegmentQueueAndTheirShareOfThePuts() {
    Template two =
        Template.withConnectors(
            "[{\"name\":\"a-1\",\"environment\":\"a\"},{\"name\":\"a-2\",\"environment\":\"a\"},"
                + "{\"name\":\"b-1\",\"environment\":\"b\"}]");

    assertThat(two.resources("AWS::SQS::Queue").values())
        .extracting(queue -> queue.at("/Properties/QueueName").asText())
        .filteredOn(name -> name.startsWith("Drover-segments-") && !name.endsWith("-dead"))
        .containsExactlyInAnyOrder("Drover-segments-a", "Drover-segments-b");
    assertThat(two.resources("AWS::Lambda::EventSourceMapping").values())
        .extracting(source -> source.at("/Properties/ScalingConfig/MaximumConcurrency").asInt())
        .containsExactlyInAnyOrder(2, 2, 0);
    assertThat(
            two.function("Segment")
                .at("/Properties/Environment/Variables/DROVER_PUTS_PER_SECOND")
                .asText())
        .isEqualTo("225.000");
  }

  /** With fewer each function would run out of time in each whole extent, and begin it again. */
  @Test
  void environments_asManyAsThereMayBe_haveAnExtentDoneInHalfOfTheFunctionsTime() {
    int blocksOfAnExtent = 128;
    String most =
        IntStream.rangeClosed(1, 25)
            .mapToObj("{\"name\":\"c%1$d\",\"environment\":\"e%1$d\"}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));

    JsonNode segment = Template.withConnectors(most).function("Segment");

    double putsPerSecond =
        segment.at("/Properties/Environment/Variables/DROVER_PUTS_PER_SECOND").asDouble();
    assertThat(blocksOfAnExtent / putsPerSecond)
        .isLessThan(segment.at("/Properties/Timeout").asDouble() / 2);
  }

  @Test
  void queues_all_areEncryptedAndRefusePlainHttp() {
    Map<String, JsonNode> queues = template.resources("AWS::SQS::Queue");
    assertThat(queues.values())
        .allMatch(queue -> queue.at("/Properties/SqsManagedSseEnabled").asBoolean());
    Set<String> overTls = new HashSet<>();
    template
        .resources("AWS::SQS::QueuePolicy")
        .values()
        .forEach(
            policy -> {
              if (deniesPlainHttp(policy)) {
                policy.at("/Properties/Queues").forEach(q -> overTls.add(q.get("Ref").asText()));
              }
            });
    assertThat(overTls).isEqualTo(queues.keySet());
  }

  @Test
  void queues_withWork_haveADeadLetterQueueThatKeepsLonger() {
    Map<String, JsonNode> queues = template.resources("AWS::SQS::Queue");
    Set<String> deadLetters = new HashSet<>();
    queues.forEach(
        (id, queue) -> {
          JsonNode target = queue.at("/Properties/RedrivePolicy/deadLetterTargetArn");
          if (!target.isMissingNode()) {
            String name = Template.render(target).replaceAll("\\$\\{(\\w+)\\.Arn}", "$1");
            deadLetters.add(name);
            assertThat(queue.at("/Properties/RedrivePolicy/maxReceiveCount").asInt())
                .as(id)
                .isGreaterThanOrEqualTo(5);
            assertThat(retention(template.properties(name)))
                .as(id)
                .isGreaterThanOrEqualTo(retention(queue.get("Properties")));
          }
        });
    Set<String> withoutOne = new HashSet<>(queues.keySet());
    withoutOne.removeIf(id -> template.properties(id).has("RedrivePolicy"));
    // Lambda's own: it keeps events that no queue brought.
    assertThat(withoutOne.removeIf(id -> id.startsWith("FailedInvocations"))).isTrue();
    assertThat(withoutOne).isEqualTo(deadLetters).hasSize(3);
  }

  @Test
  void visibility_ofQueuesThatInvoke_isSixTimeoutsOfTheFunction() {
    assertThat(template.resources("AWS::Lambda::EventSourceMapping").values())
        .hasSize(2)
        .allSatisfy(
            source -> {
              String queue =
                  Template.render(source.at("/Properties/EventSourceArn"))
                      .replaceAll("\\$\\{(\\w+)\\.Arn}", "$1");
              String function = template.invoked(source.at("/Properties/FunctionName"));
              int timeout =
                  template
                      .function(function.substring(Template.STACK.length() + 1))
                      .at("/Properties/Timeout")
                      .asInt();
              assertThat(template.properties(queue).at("/VisibilityTimeout").asInt())
                  .isGreaterThanOrEqualTo(6 * timeout);
              assertThat(source.at("/Properties/FunctionResponseTypes/0").asText())
                  .isEqualTo("ReportBatchItemFailures");
            });
  }

  /** What came too early goes back into its own queue, more often than 16 times. */
  @Test
  void recursion_ofWhoSendsToItselfOnly_isAllowed() {
    Set<String> sendToThemselves = Set.of("Drover-Segment", "Drover-Report");
    template
        .functions()
        .forEach(
            (id, function) ->
                assertThat(function.at("/Properties/RecursiveLoop").asText())
                    .as(id)
                    .isEqualTo(
                        sendToThemselves.contains(function.at("/Properties/FunctionName").asText())
                            ? "Allow"
                            : "Terminate"));
  }

  @Test
  void table_always_canBeRestoredAndIsKept() {
    JsonNode table = only("AWS::DynamoDB::Table");
    JsonNode properties = table.get("Properties");
    assertThat(properties.get("KeySchema").findValuesAsText("AttributeName"))
        .containsExactly("pk", "sk");
    assertThat(properties.get("BillingMode").asText()).isEqualTo("PAY_PER_REQUEST");
    assertThat(
            properties
                .at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                .asBoolean())
        .isTrue();
    assertThat(properties.at("/SSESpecification/SSEEnabled").asBoolean()).isTrue();
    assertThat(properties.at("/TimeToLiveSpecification/AttributeName").asText()).isEqualTo("ttl");
    assertThat(properties.get("DeletionProtectionEnabled").asBoolean()).isTrue();
    assertThat(table.get("DeletionPolicy").asText()).isEqualTo("Retain");
  }

  @Test
  void logGroups_all_haveAnEnd() {
    assertThat(template.resources("AWS::Logs::LogGroup").values())
        .isNotEmpty()
        .allMatch(group -> group.at("/Properties/RetentionInDays").asInt() > 0)
        .allMatch(group -> group.get("DeletionPolicy").asText().equals("Delete"));
  }

  /** A function without a group of the stack makes one that has no end, CDK's own too. */
  @Test
  void functions_all_logIntoAGroupOfTheStack() {
    for (Template each : List.of(template, Template.local(), Template.withAccessLog())) {
      Set<String> groups = each.resources("AWS::Logs::LogGroup").keySet();
      assertThat(each.resources("AWS::Lambda::Function").values())
          .hasSizeGreaterThan(each.functions().size())
          .allMatch(
              function ->
                  groups.contains(function.at("/Properties/LoggingConfig/LogGroup/Ref").asText()));
    }
  }

  /** The role by which API Gateway logs is one for the account and the region. */
  @Test
  void accountWideResources_none_unlessTheyAreAskedFor() {
    for (String type : ACCOUNT_WIDE) {
      assertThat(template.resources(type)).as(type).isEmpty();
    }
    assertThat(template.resources("AWS::ApiGateway::Stage").values())
        .noneMatch(stage -> stage.at("/Properties").has("AccessLogSetting"));
    Template asked = Template.withAccessLog();
    assertThat(asked.resources("AWS::ApiGateway::Account")).hasSize(1);
    assertThat(asked.resources("AWS::ApiGateway::Stage").values())
        .allMatch(stage -> stage.at("/Properties").has("AccessLogSetting"));
  }

  private JsonNode only(String type) {
    Map<String, JsonNode> resources = template.resources(type);
    assertThat(resources).as(type).hasSize(1);
    return resources.values().iterator().next();
  }

  private static long retention(JsonNode properties) {
    return properties.at("/MessageRetentionPeriod").asLong();
  }

  private static boolean deniesPlainHttp(JsonNode policy) {
    return Template.elements(policy.at("/Properties/PolicyDocument/Statement")).stream()
        .anyMatch(
            statement ->
                statement.get("Effect").asText().equals("Deny")
                    && statement
                        .at("/Condition/Bool/aws:SecureTransport")
                        .asText()
                        .equals("false"));
  }
}
