package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * What functions may do to snapshots and images. Both are made at run time, so their ARNs end in a
 * wildcard; everything that changes one is narrowed by the tag that Drover sets on what it makes.
 *
 * <p>Unproven on AWS: the condition keys are those of AWS's Service Authorization Reference, read,
 * not tried.
 */
final class Ec2Permissions {
  private static final String RUN_TAG = "drover:run";

  private final Stack stack;
  private final String snapshots;
  private final String images;
  private final String imports;
  private final String keys;
  private final List<String> keyCallers;

  Ec2Permissions(Construct scope) {
    this.stack = Stack.of(scope);
    this.snapshots = arn(stack, "ec2", "", "snapshot");
    this.images = arn(stack, "ec2", "", "image");
    this.imports = arn(stack, "ec2", stack.getAccount(), "import-image-task");
    this.keys = arn(stack, "kms", stack.getAccount(), "key");
    this.keyCallers =
        List.of(
            "ec2.%s.amazonaws.com".formatted(stack.getRegion()),
            "ebs.%s.amazonaws.com".formatted(stack.getRegion()));
  }

  /** Starting a snapshot with tags asks for CreateTags too. */
  void allowStartSnapshot(DroverFunction function) {
    function.allow(ifRequestIsTagged(List.of("ebs:StartSnapshot", "ec2:CreateTags"), snapshots));
    // The parent of an incremental snapshot is a resource of the request as well.
    function.allow(ifTagged(List.of("ebs:StartSnapshot"), snapshots));
    allowKeys(function);
  }

  void allowPutBlock(DroverFunction function) {
    function.allow(ifTagged(List.of("ebs:PutSnapshotBlock"), snapshots));
    allowKeys(function);
  }

  void allowCompleteSnapshot(DroverFunction function) {
    function.allow(ifTagged(List.of("ebs:CompleteSnapshot"), snapshots));
    allowKeys(function);
  }

  void allowDeleteSnapshot(DroverFunction function) {
    function.allow(ifTagged(List.of("ec2:DeleteSnapshot"), snapshots));
  }

  /** The image is tagged as it is registered; its snapshots get a name that a person can read. */
  void allowRegisterImage(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:RegisterImage"))
            .resources(List.of(images, snapshots))
            .build());
    function.allow(ifRequestIsTagged(List.of("ec2:CreateTags"), images));
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:CreateTags"))
            .resources(List.of(snapshots))
            .conditions(
                // Any key: an application's tags are its images', too.
                Map.of("Null", Map.of("aws:ResourceTag/" + RUN_TAG, "false")))
            .build());
  }

  /**
   * VM Import makes an image of snapshots of ours, with a role of its own. What it makes has no
   * tags; whoever asked for it tags it.
   */
  void allowImportImage(DroverFunction function, Role role) {
    function.allow(ifRequestIsTagged(List.of("ec2:ImportImage", "ec2:CreateTags"), imports));
    // That EC2 asks for snapshots and the image of an import too is read, not seen.
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:ImportImage"))
            .resources(List.of(images, snapshots))
            .build());
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("iam:PassRole"))
            .resources(List.of(role.getRoleArn()))
            .conditions(Map.of("StringEquals", Map.of("iam:PassedToService", ImportRole.VM_IMPORT)))
            .build());
    function.allow(ifRequestIsTagged(List.of("ec2:CreateTags"), snapshots));
  }

  /** An import that nobody waits for is given up. */
  void allowCancelImport(DroverFunction function) {
    function.allow(ifTagged(List.of("ec2:CancelImportTask"), imports));
  }

  /** What VM Import made all the same is tagged as ours, so that it may be removed. */
  void allowTagImported(DroverFunction function) {
    function.allow(ifRequestIsTagged(List.of("ec2:CreateTags"), images, snapshots));
  }

  /**
   * What VM Import has to do with a role, by AWS's guide, which names every snapshot and image:
   * share ours with itself, copy back what it made of them, and register that. Describe is AWS's
   * own wildcard; which of the actions it takes is not said.
   */
  List<PolicyStatement> ofImport() {
    return List.of(
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:ModifySnapshotAttribute", "ec2:CopySnapshot"))
            .resources(List.of(snapshots))
            .build(),
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:RegisterImage"))
            .resources(List.of(images, snapshots))
            .build(),
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:Describe*"))
            .resources(List.of("*"))
            .build(),
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "kms:CreateGrant",
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey",
                    "kms:GenerateDataKeyWithoutPlaintext",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo"))
            .resources(List.of(keys))
            .conditions(Map.of("StringEquals", Map.of("kms:CallerAccount", stack.getAccount())))
            .build());
  }

  void allowDeregisterImage(DroverFunction function) {
    function.allow(ifTagged(List.of("ec2:DeregisterImage"), images));
  }

  /** With whom an image of ours is shared. */
  void allowLookUpSharing(DroverFunction function) {
    function.allow(ifTagged(List.of("ec2:DescribeImageAttribute"), images));
  }

  /** EC2 knows no resource for its Describe actions, nor for the account's encryption default. */
  void allowDescribe(DroverFunction function, String... actions) {
    function.allow(
        PolicyStatement.Builder.create().actions(List.of(actions)).resources(List.of("*")).build());
  }

  /**
   * Which key a new snapshot would have: a job may name an id, an alias or none, and whichever key
   * that is today is asked.
   */
  void allowLookUpKeys(DroverFunction function) {
    allowDescribe(function, "ec2:GetEbsEncryptionByDefault", "ec2:GetEbsDefaultKmsKeyId");
    allowDescribeKeys(function);
  }

  /** Whether there is the key that a job names, and whether EBS can use it. */
  void allowDescribeKeys(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("kms:DescribeKey"))
            .resources(List.of(keys))
            .build());
  }

  /** What instances that carry a tag write to their console. */
  void allowConsole(DroverFunction function, String tag) {
    allowTagged(function, "ec2:GetConsoleOutput", "instance", tag);
  }

  /** Instances that carry a tag. */
  void allowTerminate(DroverFunction function, String tag) {
    allowTagged(function, "ec2:TerminateInstances", "instance", tag);
  }

  /** Volumes that carry a tag. */
  void allowDeleteVolume(DroverFunction function, String tag) {
    allowTagged(function, "ec2:DeleteVolume", "volume", tag);
  }

  private void allowTagged(DroverFunction function, String action, String resource, String tag) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of(action))
            .resources(List.of(arn(stack, "ec2", stack.getAccount(), resource)))
            .conditions(Map.of("Null", Map.of("aws:ResourceTag/" + tag, "false")))
            .build());
  }

  /**
   * What CloudFormation has to do to make, tag and end instances that carry a tag: from images of
   * ours, with subnets, groups and keys of the customer's.
   */
  List<PolicyStatement> ofLaunch(String tag) {
    String instances = arn(stack, "ec2", stack.getAccount(), "instance");
    String volumes = arn(stack, "ec2", stack.getAccount(), "volume");
    return List.of(
        ifTagged(List.of("ec2:RunInstances"), images),
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:RunInstances"))
            .resources(
                Stream.concat(
                        Stream.of(snapshots, instances, volumes),
                        Stream.of("subnet", "security-group", "key-pair", "network-interface")
                            .map(resource -> arn(stack, "ec2", stack.getAccount(), resource)))
                    .toList())
            .build(),
        PolicyStatement.Builder.create()
            .actions(List.of("ec2:CreateTags"))
            .resources(List.of(instances, volumes))
            .conditions(Map.of("StringEquals", Map.of("ec2:CreateAction", List.of("RunInstances"))))
            .build(),
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ec2:TerminateInstances",
                    "ec2:StopInstances",
                    "ec2:StartInstances",
                    "ec2:ModifyInstanceAttribute",
                    "ec2:ModifyInstanceMetadataOptions",
                    "ec2:CreateTags",
                    "ec2:DeleteTags"))
            .resources(List.of(instances, volumes))
            .conditions(Map.of("Null", Map.of("aws:ResourceTag/" + tag, "false")))
            .build(),
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ec2:DescribeInstances",
                    "ec2:DescribeInstanceAttribute",
                    "ec2:DescribeVolumes",
                    "ec2:DescribeSubnets",
                    "ec2:DescribeSecurityGroups",
                    "ec2:DescribeKeyPairs"))
            .resources(List.of("*"))
            .build(),
        useKeys(),
        grantKeys());
  }

  /** A job names the key of its snapshots, so any key of the account; but by way of EBS only. */
  private void allowKeys(DroverFunction function) {
    function.allow(useKeys());
    function.allow(grantKeys());
  }

  private PolicyStatement useKeys() {
    return PolicyStatement.Builder.create()
        .actions(
            List.of(
                "kms:DescribeKey",
                "kms:Decrypt",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo"))
        .resources(List.of(keys))
        .conditions(Map.of("StringEquals", Map.of("kms:ViaService", keyCallers)))
        .build();
  }

  private PolicyStatement grantKeys() {
    return PolicyStatement.Builder.create()
        .actions(List.of("kms:CreateGrant"))
        .resources(List.of(keys))
        .conditions(
            Map.of(
                "StringEquals", Map.of("kms:ViaService", keyCallers),
                "Bool", Map.of("kms:GrantIsForAWSResource", "true")))
        .build();
  }

  private static PolicyStatement ifTagged(List<String> actions, String resource) {
    return PolicyStatement.Builder.create()
        .actions(actions)
        .resources(List.of(resource))
        .conditions(Map.of("Null", Map.of("aws:ResourceTag/" + RUN_TAG, "false")))
        .build();
  }

  private static PolicyStatement ifRequestIsTagged(List<String> actions, String... resources) {
    return PolicyStatement.Builder.create()
        .actions(actions)
        .resources(List.of(resources))
        .conditions(Map.of("Null", Map.of("aws:RequestTag/" + RUN_TAG, "false")))
        .build();
  }

  private static String arn(Stack stack, String service, String account, String resource) {
    return stack.formatArn(
        ArnComponents.builder()
            .service(service)
            .account(account)
            .resource(resource)
            .resourceName("*")
            .build());
  }
}
