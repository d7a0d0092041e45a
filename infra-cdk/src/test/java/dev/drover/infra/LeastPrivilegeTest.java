package dev.drover.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.aws.DefaultEventBus;
import dev.drover.functions.launch.AppCommands;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No permission reaches further than its reason. */
class LeastPrivilegeTest {
  private static final String EC2 = "arn:${AWS::Partition}:ec2:${AWS::Region}::";
  private static final String SNAPSHOTS = EC2 + "snapshot/*";
  private static final String IMAGES = EC2 + "image/*";
  private static final String KEYS =
      "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*";
  private static final String SCHEDULES =
      "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/Drover/*";

  private static final String NO_RESOURCE = "EC2 knows no resource for this action";
  private static final String MADE_LATER = "made at run time; narrowed by the tag drover:run";
  private static final String FUNCTIONS =
      "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:Drover-*";
  private static final String OF_THE_STACK =
      "functions of this stack, by the name of the stack; both actions only read";
  private static final String IMPORTS =
      "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:import-image-task/*";
  private static final String OF_VM_IMPORT =
      "what AWS's guide gives the role of VM Import, and no more; Describe* is AWS's own";
  private static final String OF_THE_JOB = "the job names the key; narrowed to calls by way of EBS";
  private static final String EXECUTIONS =
      "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:"
          + "{\"Fn::Select\":[6,{\"Fn::Split\":[\":\",{\"Ref\":\"ReplicateRunStateMachineA1E43334\"}]}]}:*";
  private static final String OF_THE_MACHINE =
      "names of executions are made of runs' ids; only those of this state machine";
  private static final String OF_THE_GROUP = "one schedule a job, in this stack's own group";
  private static final String LOG_DELIVERY =
      "Step Functions sets up log delivery for the account; the action knows no resource";
  private static final String OF_LAUNCH =
      "CloudFormation makes instances in the customer's network; what ends one asks for drover:app";
  private static final String ACCOUNT_ARN =
      "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s";
  private static final String OF_VALIDATION =
      "the caller names the instance; narrowed by the tag that its owner sets";
  private static final String NO_SSM_RESOURCE = "Systems Manager knows no resource for this action";
  private static final String TRACING = "X-Ray knows no resource for this action";

  /** Action and resource with a wildcard → why it has to be one. */
  private static final Map<String, String> WILDCARDS =
      Map.ofEntries(
          entry("discovery:ListConfigurations on *", NO_RESOURCE),
          entry("lambda:GetAlias on " + FUNCTIONS, OF_THE_STACK),
          entry("lambda:ListVersionsByFunction on " + FUNCTIONS, OF_THE_STACK),
          entry("ec2:Describe* on *", OF_VM_IMPORT),
          entry("ec2:ModifySnapshotAttribute on " + SNAPSHOTS, OF_VM_IMPORT),
          entry("ec2:CopySnapshot on " + SNAPSHOTS, OF_VM_IMPORT),
          entry("kms:Encrypt on " + KEYS, OF_VM_IMPORT),
          entry("ec2:ImportImage on " + IMAGES, "the image is made later, by VM Import"),
          entry("ec2:ImportImage on " + SNAPSHOTS, MADE_LATER),
          entry("ec2:ImportImage on " + IMPORTS, "the task gets its id by this very call"),
          entry("ec2:CreateTags on " + IMPORTS, "the task gets its id by the call that tags it"),
          entry("ec2:CancelImportTask on " + IMPORTS, MADE_LATER),
          entry("ec2:DescribeImportImageTasks on *", NO_RESOURCE),
          entry("ec2:DescribeImages on *", NO_RESOURCE),
          entry("ec2:DescribeInstances on *", NO_RESOURCE),
          entry("ec2:DescribeLaunchTemplateVersions on *", NO_RESOURCE),
          entry("ec2:DescribeImageAttribute on " + IMAGES, MADE_LATER),
          entry("ec2:DescribeSnapshots on *", NO_RESOURCE),
          entry("ec2:DescribeInstanceStatus on *", NO_RESOURCE),
          entry(
              "ec2:GetConsoleOutput on " + ACCOUNT_ARN.formatted("ec2", "instance/*"), MADE_LATER),
          entry("ssm:SendCommand on " + ACCOUNT_ARN.formatted("ec2", "instance/*"), OF_VALIDATION),
          entry("ssm:CancelCommand on *", NO_SSM_RESOURCE),
          entry("ssm:DescribeInstanceInformation on *", NO_SSM_RESOURCE),
          entry("ssm:GetCommandInvocation on *", NO_SSM_RESOURCE),
          entry("ssm:ListCommands on *", NO_SSM_RESOURCE),
          entry("ec2:GetEbsDefaultKmsKeyId on *", NO_RESOURCE),
          entry("ec2:GetEbsEncryptionByDefault on *", NO_RESOURCE),
          entry("ebs:StartSnapshot on " + SNAPSHOTS, MADE_LATER),
          entry("ebs:PutSnapshotBlock on " + SNAPSHOTS, MADE_LATER),
          entry("ebs:CompleteSnapshot on " + SNAPSHOTS, MADE_LATER),
          entry("ec2:DeleteVolume on " + ACCOUNT_ARN.formatted("ec2", "volume/*"), MADE_LATER),
          entry("ec2:DeleteSnapshot on " + SNAPSHOTS, MADE_LATER),
          entry("ec2:CreateTags on " + SNAPSHOTS, MADE_LATER),
          entry("ec2:CreateTags on " + IMAGES, MADE_LATER),
          entry("ec2:DeregisterImage on " + IMAGES, MADE_LATER),
          entry("ec2:RegisterImage on " + IMAGES, "the image gets its id by this very call"),
          entry(
              "ec2:RegisterImage on " + SNAPSHOTS,
              "made at run time; whether EC2 reads a snapshot's tag here is unproven"),
          entry("kms:CreateGrant on " + KEYS, OF_THE_JOB),
          entry("kms:Decrypt on " + KEYS, OF_THE_JOB),
          entry(
              "kms:DescribeKey on " + KEYS, "the job names the key, by id or alias; reads no data"),
          entry("kms:GenerateDataKey on " + KEYS, OF_THE_JOB),
          entry("kms:GenerateDataKeyWithoutPlaintext on " + KEYS, OF_THE_JOB),
          entry("kms:ReEncryptFrom on " + KEYS, OF_THE_JOB),
          entry("kms:ReEncryptTo on " + KEYS, OF_THE_JOB),
          entry(
              "s3:GetObject on arn:${AWS::Partition}:s3:::sms-app-*/*",
              "the caller names the scripts of its servers; SMS takes them from such buckets only"),
          entry("ec2:RunInstances on " + IMAGES, MADE_LATER),
          entry("ec2:RunInstances on " + SNAPSHOTS, OF_LAUNCH),
          entry("ec2:DescribeInstanceAttribute on *", NO_RESOURCE),
          entry("ec2:DescribeVolumes on *", NO_RESOURCE),
          entry("ec2:DescribeSubnets on *", NO_RESOURCE),
          entry("ec2:DescribeSecurityGroups on *", NO_RESOURCE),
          entry("ec2:DescribeKeyPairs on *", NO_RESOURCE),
          entry(
              "iam:PassRole on arn:${AWS::Partition}:iam::${AWS::AccountId}:role/sms-launch*",
              "a role that the caller names; to CloudFormation only"),
          entry(
              "iam:PassRole on arn:${AWS::Partition}:iam::${AWS::AccountId}:role/sms-app-*",
              "roles of the customer's instances; to EC2 only"),
          entry("scheduler:CreateSchedule on " + SCHEDULES, OF_THE_GROUP),
          entry("scheduler:DeleteSchedule on " + SCHEDULES, OF_THE_GROUP),
          entry("scheduler:GetSchedule on " + SCHEDULES, OF_THE_GROUP),
          entry("scheduler:UpdateSchedule on " + SCHEDULES, OF_THE_GROUP),
          entry("scheduler:ListSchedules on *", "the Scheduler knows no resource for this action"),
          entry("states:DescribeExecution on " + EXECUTIONS, OF_THE_MACHINE),
          entry("states:StopExecution on " + EXECUTIONS, OF_THE_MACHINE),
          entry("logs:CreateLogDelivery on *", LOG_DELIVERY),
          entry("logs:DeleteLogDelivery on *", LOG_DELIVERY),
          entry("logs:DescribeLogGroups on *", LOG_DELIVERY),
          entry("logs:DescribeResourcePolicies on *", LOG_DELIVERY),
          entry("logs:GetLogDelivery on *", LOG_DELIVERY),
          entry("logs:ListLogDeliveries on *", LOG_DELIVERY),
          entry("logs:PutResourcePolicy on *", LOG_DELIVERY),
          entry("logs:UpdateLogDelivery on *", LOG_DELIVERY),
          entry("xray:GetSamplingRules on *", TRACING),
          entry("xray:GetSamplingTargets on *", TRACING),
          entry("xray:PutTelemetryRecords on *", TRACING),
          entry("xray:PutTraceSegments on *", TRACING));

  /** Of any version of a function that executions call: which ones there are is known later. */
  private static final List<String> VERSIONED =
      List.of("lambda:InvokeFunction on ", "lambda:DeleteFunction on ");

  private static String versionsOf(DeclaredFunction function) {
    return "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:Drover-"
        + function.constructId()
        + ":*";
  }

  /** Objects under one of the bucket's prefixes: not a wildcard that needs a reason. */
  private static final Pattern OBJECTS =
      Pattern.compile(
          "\\$\\{DataBucket\\w+\\.Arn}/(staging|digests|tasks|reports|applications)/.*");

  private static final Set<String> CHANGES =
      Set.of(
          "ebs:StartSnapshot",
          "ebs:PutSnapshotBlock",
          "ebs:CompleteSnapshot",
          "ec2:DeleteSnapshot",
          "ec2:CreateTags",
          "ec2:DeregisterImage",
          "ec2:CancelImportTask",
          "events:PutEvents",
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:GenerateDataKey",
          "iam:PassRole");

  private static final Pattern REMOVAL =
      Pattern.compile("^(?!dynamodb:)\\w+:(Delete|Deregister|Stop|Terminate|Purge|Cancel)");

  private static final Set<String> TABLE_WRITES =
      Set.of(
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
          "dynamodb:DeleteItem",
          "dynamodb:BatchWriteItem");

  private final Template template = Template.aws();

  @Test
  void wildcards_inResources_areTheListedOnesAndNoOthers() {
    Set<String> found = new TreeSet<>();
    allowed()
        .forEach(
            statement ->
                permissions(statement)
                    .filter(permission -> permission.contains("*"))
                    .filter(permission -> !OBJECTS.matcher(resourceOf(permission)).matches())
                    .forEach(found::add));
    Set<String> listed = new TreeSet<>(WILDCARDS.keySet());
    Stream.of(DeclaredFunction.values())
        .filter(DeclaredFunction::isCalledByExecutions)
        .flatMap(function -> VERSIONED.stream().map(action -> action + versionsOf(function)))
        .forEach(listed::add);
    Stream.of(
            "CreateStack",
            "UpdateStack",
            "DeleteStack",
            "DescribeStacks",
            "DescribeStackEvents",
            "CreateChangeSet",
            "DescribeChangeSet",
            "DeleteChangeSet",
            "DescribeStackResources")
        .map(
            action ->
                "cloudformation:"
                    + action
                    + " on "
                    + ACCOUNT_ARN.formatted("cloudformation", "stack/sms-app-*/*"))
        .forEach(listed::add);
    Stream.of("instance", "volume", "subnet", "security-group", "key-pair", "network-interface")
        .map(resource -> "ec2:RunInstances on " + ACCOUNT_ARN.formatted("ec2", resource + "/*"))
        .forEach(listed::add);
    for (String resource : List.of("instance", "volume")) {
      Stream.of(
              "TerminateInstances",
              "StopInstances",
              "StartInstances",
              "ModifyInstanceAttribute",
              "ModifyInstanceMetadataOptions",
              "CreateTags",
              "DeleteTags")
          .map(action -> "ec2:" + action + " on " + ACCOUNT_ARN.formatted("ec2", resource + "/*"))
          .forEach(listed::add);
    }
    assertThat(found).isEqualTo(listed);
  }

  @Test
  void wildcards_inActions_areInTheRoleOfVmImportOnly() {
    assertThat(allowed().flatMap(statement -> Template.elements(statement.get("Action")).stream()))
        .extracting(JsonNode::asText)
        .filteredOn(action -> action.contains("*"))
        .containsExactly("ec2:Describe*");
  }

  /** Only VM Import, for imports of this account, and only by the function that asks for them. */
  @Test
  void importRole_isTakenOnByVmImportAndPassedByPublishImage() {
    JsonNode role =
        template.resources("AWS::IAM::Role").entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("RunImportRole"))
            .findFirst()
            .orElseThrow()
            .getValue();
    JsonNode trust = role.at("/Properties/AssumeRolePolicyDocument/Statement");
    assertThat(trust).hasSize(1);
    assertThat(trust.at("/0/Action").asText()).isEqualTo("sts:AssumeRole");
    assertThat(trust.at("/0/Principal/Service").asText()).isEqualTo("vmie.amazonaws.com");
    JsonNode conditions = trust.at("/0/Condition");
    assertThat(conditions.at("/StringEquals/sts:Externalid").asText()).isEqualTo("vmimport");
    assertThat(Template.render(conditions.at("/StringEquals/aws:SourceAccount")))
        .isEqualTo("${AWS::AccountId}");
    assertThat(Template.render(conditions.at("/ArnLike/aws:SourceArn")))
        .isEqualTo("arn:${AWS::Partition}:vmie:*:${AWS::AccountId}:*");
    assertThat(
            template.resources("AWS::IAM::Policy").values().stream()
                .map(policy -> policy.get("Properties"))
                .filter(policy -> policy.toString().contains("RunImportRole"))
                .filter(policy -> policy.toString().contains("iam:PassRole"))
                .flatMap(policy -> Template.elements(policy.get("Roles")).stream())
                .map(name -> Template.render(name).replaceAll("Role[0-9A-F]{8}}$", "")))
        .containsExactly("${RunPublishImage");
  }

  @Test
  void changes_ofWhatIsMadeAtRunTime_areConditional() {
    assertThat(allowed())
        .filteredOn(
            statement ->
                Template.elements(statement.get("Action")).stream()
                    .anyMatch(action -> CHANGES.contains(action.asText())))
        .isNotEmpty()
        .allMatch(statement -> statement.has("Condition"));
  }

  /** A function may write the partitions of its own items, and only so. */
  @Test
  void writes_toTheTable_areNarrowedToPartitions() {
    List<JsonNode> writes =
        allowed()
            .filter(
                statement ->
                    Template.elements(statement.get("Action")).stream()
                        .anyMatch(action -> TABLE_WRITES.contains(action.asText())))
            .toList();
    assertThat(writes).isNotEmpty();
    assertThat(writes)
        .allSatisfy(
            statement -> {
              assertThat(statement.at("/Condition/Null/dynamodb:LeadingKeys").asText())
                  .isEqualTo("false");
              assertThat(
                      Template.elements(
                          statement.at("/Condition/ForAllValues:StringLike/dynamodb:LeadingKeys")))
                  .isNotEmpty()
                  .extracting(JsonNode::asText)
                  .doesNotContain("*");
            });
  }

  /** CDK's own custom resource; no function of Drover. */
  @Test
  void managedPolicies_ofAws_areOnRolesThatAreNotDrovers() {
    Map<String, JsonNode> roles = template.resources("AWS::IAM::Role");
    roles.values().removeIf(role -> !role.get("Properties").has("ManagedPolicyArns"));
    assertThat(roles.keySet()).singleElement().asString().startsWith("BucketNotificationsHandler");
  }

  @Test
  void connectorPolicy_ofADeclaredConnector_isExactlyThis() {
    // What is too long for a role's own policy, CDK makes a managed one, too.
    JsonNode policy =
        template.resources("AWS::IAM::ManagedPolicy").entrySet().stream()
            .filter(it -> !it.getKey().contains("OverflowPolicy"))
            .findFirst()
            .orElseThrow()
            .getValue()
            .get("Properties");
    String id = new ConnectorDeclaration("site-1", "site").id();
    Map<String, Set<String>> resources = new TreeMap<>();
    Template.elements(policy.at("/PolicyDocument/Statement"))
        .forEach(
            statement ->
                Template.elements(statement.get("Action"))
                    .forEach(
                        action ->
                            Template.elements(statement.get("Resource"))
                                .forEach(
                                    resource ->
                                        resources
                                            .computeIfAbsent(action.asText(), _ -> new TreeSet<>())
                                            .add(
                                                Template.render(resource)
                                                    .replaceAll(
                                                        "\\$\\{(\\D+\\d?\\D+)[0-9A-F]{8}",
                                                        "\\${$1")))));
    String bucket = "${DataBucket.Arn}/";
    Set<String> queue = Set.of("${TasksSite1Queue.Arn}");
    Set<String> machine = Set.of("${ReplicateRunStateMachine}");
    assertThat(resources)
        .containsOnly(
            entry(
                "s3:PutObject",
                Set.of(bucket + "staging/site/*", bucket + "reports/site/" + id + "/*")),
            entry("s3:GetObject", Set.of(bucket + "digests/site/*", bucket + "tasks/site/*")),
            entry("sqs:ReceiveMessage", queue),
            entry("sqs:DeleteMessage", queue),
            entry("sqs:ChangeMessageVisibility", queue),
            entry("sqs:GetQueueAttributes", queue),
            entry("states:SendTaskSuccess", machine),
            entry("states:SendTaskFailure", machine),
            entry("states:SendTaskHeartbeat", machine));
    assertThat(policy.has("Users") || policy.has("Roles") || policy.has("Groups")).isFalse();
  }

  /** EventBridge Scheduler may start runs and nothing else, and only for this stack's schedules. */
  @Test
  void scheduleRole_may_invokeOnlyTheAliasOfStartRun() {
    List<JsonNode> statements =
        template.resources("AWS::IAM::Policy").entrySet().stream()
            .filter(policy -> policy.getKey().startsWith("SchedulesRole"))
            .flatMap(
                policy ->
                    Template.elements(policy.getValue().at("/Properties/PolicyDocument/Statement"))
                        .stream())
            .toList();
    assertThat(statements).hasSize(1);
    assertThat(permissions(statements.getFirst()))
        .containsExactly(
            "lambda:InvokeFunction on arn:${AWS::Partition}:lambda:${AWS::Region}:"
                + "${AWS::AccountId}:function:Drover-StartRun:live");
  }

  /** Validations: one document, and only where the owner of the instance has said so. */
  @Test
  void commands_areSentToTaggedInstancesOnly_byWhatLaunches() {
    List<JsonNode> policies =
        Stream.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
            .flatMap(type -> template.resources(type).values().stream())
            .map(policy -> policy.get("Properties"))
            .filter(policy -> policy.toString().contains("ssm:SendCommand"))
            .toList();
    assertThat(
            policies.stream()
                .flatMap(policy -> Template.elements(policy.get("Roles")).stream())
                .map(role -> Template.render(role).replaceAll("Role[0-9A-F]{8}}$", ""))
                .distinct())
        .containsExactlyInAnyOrder("${LaunchesAdvanceLaunch", "${SweepSweepLeftovers");
    List<JsonNode> statements =
        allowed()
            .filter(statement -> statement.get("Action").toString().contains("ssm:SendCommand"))
            .toList();
    String document = "arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-RunRemoteScript";
    assertThat(statements)
        .filteredOn(statement -> !statement.has("Condition"))
        .isNotEmpty()
        .allSatisfy(
            statement ->
                assertThat(permissions(statement))
                    .containsExactly("ssm:SendCommand on " + document));
    assertThat(statements)
        .filteredOn(statement -> statement.has("Condition"))
        .extracting(statement -> statement.get("Condition").toString())
        .containsOnly(
            AppCommands.TAGS.stream()
                .map("{\"StringEquals\":{\"ssm:resourceTag/%s\":\"true\"}}"::formatted)
                .toArray(String[]::new));
  }

  /** Who tells people what no answer tells: a job ends soon, a segment came corrupt. */
  @Test
  void events_arePutByTwoFunctionsInDroversNameOnTheDefaultBus() {
    List<JsonNode> policies =
        template.resources("AWS::IAM::Policy").values().stream()
            .map(policy -> policy.get("Properties"))
            .filter(policy -> policy.toString().contains("events:PutEvents"))
            .toList();
    assertThat(policies)
        .extracting(policy -> policy.get("Roles").toString())
        .satisfiesExactlyInAnyOrder(
            role -> assertThat(role).contains("StartRun"),
            role -> assertThat(role).contains("AwaitApplied"));
    List<JsonNode> statements =
        policies.stream()
            .flatMap(policy -> Template.elements(policy.at("/PolicyDocument/Statement")).stream())
            .filter(statement -> statement.get("Action").toString().contains("events:"))
            .toList();
    assertThat(statements)
        .hasSize(2)
        .allSatisfy(
            statement -> {
              assertThat(permissions(statement))
                  .containsExactly(
                      "events:PutEvents on arn:${AWS::Partition}:events:${AWS::Region}:"
                          + "${AWS::AccountId}:event-bus/default");
              assertThat(statement.at("/Condition/StringEquals/events:source").asText())
                  .isEqualTo(DefaultEventBus.SOURCE);
            });
  }

  /** Who ends a wait of replicate-run, beside the connectors, may do nothing else to it. */
  @Test
  void wakePolicy_is_thatOfTheFunctionsThatSeeTheLastSegment() {
    List<JsonNode> policies =
        template.resources("AWS::IAM::Policy").values().stream()
            .map(policy -> policy.get("Properties"))
            .filter(policy -> policy.toString().contains("states:SendTask"))
            .toList();
    assertThat(policies).hasSize(1);
    JsonNode policy = policies.getFirst();
    List<JsonNode> statements = Template.elements(policy.at("/PolicyDocument/Statement"));
    assertThat(statements).hasSize(1);
    assertThat(permissions(statements.getFirst()))
        .singleElement()
        .asString()
        .startsWith("states:SendTaskSuccess on ${ReplicateRunStateMachine");
    assertThat(Template.elements(policy.get("Roles")))
        .extracting(role -> Template.render(role).replaceAll("Role[0-9A-F]{8}}$", ""))
        .containsExactlyInAnyOrder("${SegmentApplySegment", "${RunWaitForSegments");
  }

  /** Whoever ends runs tells connectors to release what stands for them; nobody else does. */
  @Test
  void taskQueues_areSentToByTheMachineTheApiAndWhatEndsRuns() {
    assertThat(
            template.resources("AWS::IAM::Policy").values().stream()
                .map(policy -> policy.get("Properties"))
                .filter(LeastPrivilegeTest::sendsTasks)
                .flatMap(policy -> Template.elements(policy.get("Roles")).stream())
                .map(role -> Template.render(role).replaceAll("Role[0-9A-F]{8}}$", "")))
        .containsExactlyInAnyOrder(
            "${ReplicateRun",
            "${SmsSmsApi",
            "${RunFailRun",
            "${RunEndRun",
            "${SweepSweepLeftovers");
  }

  /**
   * RemoveLeftovers: what carries a run's or an application's tag, what is below three prefixes,
   * what is of the stack.
   */
  @Test
  void api_mayRemoveWhatAuditListsAndNoMore() {
    assertThat(removals("SmsSmsApi"))
        .containsExactlyInAnyOrder(
            "ec2:DeleteSnapshot on " + SNAPSHOTS,
            "ec2:DeleteVolume on " + ACCOUNT_ARN.formatted("ec2", "volume/*"),
            "ec2:TerminateInstances on " + ACCOUNT_ARN.formatted("ec2", "instance/*"),
            "ec2:DeregisterImage on " + IMAGES,
            "ec2:CancelImportTask on " + IMPORTS,
            "s3:DeleteObject on bucket/staging/*",
            "s3:DeleteObject on bucket/digests/*",
            "s3:DeleteObject on bucket/applications/*",
            "cloudformation:DeleteChangeSet on "
                + ACCOUNT_ARN.formatted("cloudformation", "stack/sms-app-*/*"),
            "scheduler:DeleteSchedule on " + SCHEDULES,
            "states:StopExecution on " + EXECUTIONS);
  }

  /**
   * The same without what goes on request only; and stacks, commands that a launch sent, and
   * versions of functions.
   */
  @Test
  void sweep_mayRemoveWhatGoesByItselfAndNoMore() {
    assertThat(removals("SweepSweepLeftovers"))
        .filteredOn(permission -> !permission.startsWith("lambda:DeleteFunction on "))
        .containsExactlyInAnyOrder(
            "ec2:DeleteSnapshot on " + SNAPSHOTS,
            "ec2:DeregisterImage on " + IMAGES,
            "ec2:CancelImportTask on " + IMPORTS,
            "ssm:CancelCommand on *",
            "s3:DeleteObject on bucket/staging/*",
            "s3:DeleteObject on bucket/digests/*",
            "s3:DeleteObject on bucket/applications/*",
            "cloudformation:DeleteStack on "
                + ACCOUNT_ARN.formatted("cloudformation", "stack/sms-app-*/*"),
            "scheduler:DeleteSchedule on " + SCHEDULES,
            "states:StopExecution on " + EXECUTIONS);
  }

  private Stream<String> removals(String function) {
    return template.resources("AWS::IAM::Policy").values().stream()
        .map(policy -> policy.get("Properties"))
        .filter(policy -> policy.get("Roles").toString().contains(function))
        .flatMap(policy -> Template.elements(policy.at("/PolicyDocument/Statement")).stream())
        .flatMap(LeastPrivilegeTest::permissions)
        .filter(permission -> REMOVAL.matcher(permission).find())
        .map(permission -> permission.replaceAll("\\$\\{DataBucket\\w+\\.Arn}", "bucket"))
        .distinct();
  }

  private static boolean sendsTasks(JsonNode policy) {
    return Template.elements(policy.at("/PolicyDocument/Statement")).stream()
        .flatMap(LeastPrivilegeTest::permissions)
        .anyMatch(permission -> permission.startsWith("sqs:SendMessage on ${TasksSite1Queue"));
  }

  private Stream<JsonNode> allowed() {
    Set<JsonNode> policies = new HashSet<>();
    policies.addAll(template.resources("AWS::IAM::Policy").values());
    policies.addAll(template.resources("AWS::IAM::ManagedPolicy").values());
    Stream<JsonNode> inline =
        template.resources("AWS::IAM::Role").values().stream()
            .flatMap(role -> Template.elements(role.at("/Properties/Policies")).stream())
            .map(policy -> policy.get("PolicyDocument"));
    return Stream.concat(
            policies.stream().map(policy -> policy.at("/Properties/PolicyDocument")), inline)
        .flatMap(document -> Template.elements(document.get("Statement")).stream())
        .filter(statement -> statement.get("Effect").asText().equals("Allow"));
  }

  private static Stream<String> permissions(JsonNode statement) {
    return Template.elements(statement.get("Action")).stream()
        .flatMap(
            action ->
                Template.elements(statement.get("Resource")).stream()
                    .map(resource -> action.asText() + " on " + Template.render(resource)));
  }

  private static String resourceOf(String permission) {
    return permission.substring(permission.indexOf(" on ") + " on ".length());
  }
}
