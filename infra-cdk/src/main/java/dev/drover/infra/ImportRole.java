package dev.drover.infra;

import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iam.ServicePrincipalOpts;
import software.constructs.Construct;

/**
 * The role that VM Import takes on to make images of snapshots. AWS's guide calls it vmimport; an
 * import may name another, and this one goes with its stack.
 *
 * @see <a href="https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html">
 *     Required permissions for VM Import/Export</a>
 */
final class ImportRole extends Construct {
  /** Who takes it on. */
  static final String VM_IMPORT = "vmie.amazonaws.com";

  private final Role role;

  ImportRole(Construct scope, String id, Ec2Permissions ec2) {
    super(scope, id);
    Stack stack = Stack.of(this);
    this.role =
        Role.Builder.create(this, "Role")
            .assumedBy(
                new ServicePrincipal(
                    VM_IMPORT,
                    ServicePrincipalOpts.builder()
                        .conditions(
                            Map.of(
                                "StringEquals",
                                Map.of(
                                    "sts:Externalid",
                                    "vmimport",
                                    "aws:SourceAccount",
                                    stack.getAccount()),
                                "ArnLike",
                                Map.of(
                                    "aws:SourceArn",
                                    "arn:%s:vmie:*:%s:*"
                                        .formatted(stack.getPartition(), stack.getAccount()))))
                        .build()))
            .description("VM Import makes images of Drover's snapshots with it")
            // In the role itself: a stack has room for 500 resources, and Drover's is nearly full.
            .inlinePolicies(
                Map.of(
                    "Import", PolicyDocument.Builder.create().statements(ec2.ofImport()).build()))
            .build();
  }

  Role role() {
    return role;
  }
}
