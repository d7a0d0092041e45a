package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.constructs.Construct;

/**
 * What launches applications: the state machine launch-app, the function that it calls, and the
 * role with which CloudFormation makes their instances.
 *
 * <p>Unproven on AWS: the condition keys are those of AWS's Service Authorization Reference, read,
 * not tried.
 */
final class Launches extends Construct {
  private static final String DEFINITION = "launch-app";

  /** The names of applications' stacks, and of roles that a caller may name, begin so. */
  private static final String STACKS = "sms-app-*/*";

  /**
   * As SMS, it takes scripts from buckets of that name only (AWS SMS User Guide).
   *
   * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
   *     Guide</a>
   */
  private static final String SCRIPTS = "sms-app-*/*";

  private static final String ROLES = "sms-launch*";
  private static final String INSTANCE_ROLES = "sms-app-*";
  static final String APP_TAG = "drover:app";
  private static final String INSTANCE = "AWS::EC2::Instance";

  /** On instances where Systems Manager may run validations; SMS has it in both spellings. */
  static final List<String> VALIDATION_TAGS =
      List.of("UserForSMSApplicationValidation", "UseForSMSApplicationValidation");

  private final Ec2Permissions ec2;
  private final String apiUrl;
  private final Role launchRole;
  private final StateMachine stateMachine;

  Launches(
      Construct scope,
      String id,
      FunctionFactory factory,
      Ec2Permissions ec2,
      SmsEndpoint api,
      ProjectFiles files) {
    super(scope, id);
    this.ec2 = ec2;
    this.apiUrl = api.url();
    this.launchRole = launchRole();
    DroverFunction advance =
        factory.create(this, DeclaredFunction.ADVANCE_LAUNCH, stackEnvironment());
    allowStacks(advance, factory.bucket());
    // A first launch may begin here.
    allowTemplates(advance, factory.bucket());
    // The application goes with its stack, where that is asked for.
    factory.bucket().allowList(advance);
    factory.bucket().allowDelete(advance, DataBucket.APPLICATIONS);
    this.stateMachine =
        StateMachine.Builder.create(this, "StateMachine")
            .definitionBody(DefinitionBody.fromString(files.stateMachine(DEFINITION)))
            .definitionSubstitutions(Map.of("AdvanceLaunchArn", advance.alias().getFunctionArn()))
            .role(
                Role.Builder.create(this, "Role")
                    .assumedBy(new ServicePrincipal("states.amazonaws.com"))
                    .build())
            .tracingEnabled(true)
            .logs(StateMachineLogs.of(this))
            .build();
    advance.alias().grantInvoke(stateMachine);
  }

  void allowStart(DroverFunction function) {
    stateMachine.grantStartExecution(function.alias());
  }

  /** For who starts launches. */
  Map<String, String> environment() {
    return Map.of("DROVER_LAUNCH_APP_ARN", stateMachine.getStateMachineArn());
  }

  /** For who brings stacks to what is wanted; their servers tell the API what came of it. */
  Map<String, String> stackEnvironment() {
    return Map.of(
        "DROVER_API_URL", apiUrl,
        "DROVER_LAUNCH_ROLE_ARN", launchRole.getRoleArn(),
        "DROVER_ROLE_ARN_PREFIX", role(""));
  }

  /** Stacks of that name, of instances and nothing else, made with our role or one so named. */
  void allowStacks(DroverFunction function, DataBucket bucket) {
    allowLook(function);
    allowOfInstances(function, List.of("cloudformation:CreateStack", "cloudformation:UpdateStack"));
    allow(
        function,
        List.of(
            "cloudformation:DescribeStacks",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DeleteStack"));
    allowCommands(function);
    // What a termination leaves, how the servers of a test launch are, and the tag of an instance
    // that validates.
    ec2.allowDescribe(
        function, "ec2:DescribeVolumes", "ec2:DescribeInstanceStatus", "ec2:DescribeInstances");
    ec2.allowConsole(function, APP_TAG);
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("iam:PassRole"))
            .resources(List.of(launchRole.getRoleArn(), role(ROLES)))
            .conditions(
                Map.of(
                    "StringEquals", Map.of("iam:PassedToService", "cloudformation.amazonaws.com")))
            .build());
    // CloudFormation reads the template with the rights of who calls it.
    bucket.allowRead(function, DataBucket.APPLICATIONS);
  }

  /**
   * Validations by Systems Manager: one document, on instances whose owner has said so with a tag.
   * Two spellings are two statements, because conditions of one statement hold together. Of
   * commands that were sent Systems Manager knows no resource.
   */
  private void allowCommands(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("ssm:SendCommand"))
            .resources(
                List.of(
                    Stack.of(this)
                        .formatArn(
                            ArnComponents.builder()
                                .service("ssm")
                                .account("")
                                .resource("document")
                                .resourceName("AWS-RunRemoteScript")
                                .build())))
            .build());
    for (String tag : VALIDATION_TAGS) {
      function.allow(
          PolicyStatement.Builder.create()
              .actions(List.of("ssm:SendCommand"))
              .resources(
                  List.of(
                      Stack.of(this)
                          .formatArn(
                              ArnComponents.builder()
                                  .service("ec2")
                                  .resource("instance")
                                  .resourceName("*")
                                  .build())))
              .conditions(Map.of("StringEquals", Map.of("ssm:resourceTag/" + tag, "true")))
              .build());
    }
    function.allow(
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ssm:CancelCommand",
                    "ssm:DescribeInstanceInformation",
                    "ssm:GetCommandInvocation",
                    "ssm:ListCommands"))
            .resources(List.of("*"))
            .build());
  }

  /**
   * Templates: of which AMIs, whether a new volume would be encrypted, the customer's scripts, and
   * where they are written.
   */
  void allowTemplates(DroverFunction function, DataBucket bucket) {
    ec2.allowDescribe(function, "ec2:DescribeImages");
    ec2.allowLookUpKeys(function);
    bucket.allowWrite(function, DataBucket.APPLICATIONS);
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:GetObject"))
            .resources(
                List.of(
                    Stack.of(this)
                        .formatArn(
                            ArnComponents.builder()
                                .service("s3")
                                .region("")
                                .account("")
                                .resource(SCRIPTS)
                                .build())))
            .build());
  }

  /** What would change of such stacks, with the role that they have; nothing changes by it. */
  void allowChangeSets(DroverFunction function, DataBucket bucket) {
    allowOfInstances(function, List.of("cloudformation:CreateChangeSet"));
    allow(
        function,
        List.of(
            "cloudformation:DescribeStacks",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DeleteChangeSet"));
    bucket.allowRead(function, DataBucket.APPLICATIONS);
  }

  /** Which instances the stacks of that name have: so a launched server is known. */
  void allowLook(DroverFunction function) {
    allow(function, List.of("cloudformation:DescribeStackResources"));
  }

  private void allowOfInstances(DroverFunction function, List<String> actions) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(actions)
            .resources(List.of(stacks()))
            .conditions(
                Map.of(
                    "ForAllValues:StringEquals",
                    Map.of("cloudformation:ResourceTypes", List.of(INSTANCE)),
                    "Null",
                    Map.of("cloudformation:ResourceTypes", "false")))
            .build());
  }

  private void allow(DroverFunction function, List<String> actions) {
    function.allow(
        PolicyStatement.Builder.create().actions(actions).resources(List.of(stacks())).build());
  }

  private String stacks() {
    return Stack.of(this)
        .formatArn(
            ArnComponents.builder()
                .service("cloudformation")
                .resource("stack")
                .resourceName(STACKS)
                .build());
  }

  private String role(String name) {
    return Stack.of(this)
        .formatArn(
            ArnComponents.builder()
                .service("iam")
                .region("")
                .resource("role")
                .resourceName(name)
                .build());
  }

  /**
   * CloudFormation makes, tags and ends instances with it. Subnets, groups and keys are the
   * customer's; what ends or changes an instance is narrowed by the tag of its application.
   */
  private Role launchRole() {
    Role role =
        Role.Builder.create(this, "LaunchRole")
            .assumedBy(new ServicePrincipal("cloudformation.amazonaws.com"))
            .description("CloudFormation makes the instances of Drover's applications with it")
            .build();
    ec2.ofLaunch(APP_TAG).forEach(role::addToPolicy);
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("iam:PassRole"))
            .resources(List.of(role(INSTANCE_ROLES)))
            .conditions(Map.of("StringEquals", Map.of("iam:PassedToService", "ec2.amazonaws.com")))
            .build());
    return role;
  }
}
