package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/**
 * What one connector may do, as a managed policy, and what it must know, as outputs of the stack.
 *
 * <p>The policy is attached to nothing: how a machine on premises gets its credentials is the
 * operator's choice (an IAM user, IAM Roles Anywhere), and a stack that made access keys would show
 * them in its outputs. It says nothing of TLS: the bucket and the queue refuse plain HTTP
 * themselves.
 */
final class ConnectorAccess extends Construct {
  ConnectorAccess(
      Construct scope,
      ConnectorDeclaration connector,
      Queue taskQueue,
      DataBucket bucket,
      ReplicateRun replicateRun) {
    super(scope, "Connector" + connector.pascalName());
    ManagedPolicy policy =
        ManagedPolicy.Builder.create(this, "Policy")
            .description("What Drover's connector %s may do".formatted(connector.id()))
            .statements(
                List.of(
                    allow(
                        List.of("s3:PutObject"),
                        bucket.objects(DataBucket.STAGING + connector.environment() + "/"),
                        bucket.objects(
                            DataBucket.REPORTS
                                + connector.environment()
                                + "/"
                                + connector.id()
                                + "/")),
                    allow(
                        List.of("s3:GetObject"),
                        bucket.objects(DataBucket.DIGESTS + connector.environment() + "/"),
                        bucket.objects(DataBucket.TASKS + connector.environment() + "/")),
                    allow(
                        List.of(
                            "sqs:ReceiveMessage",
                            "sqs:DeleteMessage",
                            "sqs:ChangeMessageVisibility",
                            "sqs:GetQueueAttributes"), // `check` asks whether it is there
                        taskQueue.getQueueArn()),
                    // The state machine is the resource of a task token that it gave out.
                    allow(
                        List.of(
                            "states:SendTaskSuccess",
                            "states:SendTaskFailure",
                            "states:SendTaskHeartbeat"),
                        replicateRun.arn())))
            .build();
    String output = "Connector" + connector.pascalName();
    CfnOutput.Builder.create(scope, output + "Config")
        .description("The first lines of the connector's configuration file")
        .value(config(Stack.of(this), connector, taskQueue, bucket))
        .build();
    CfnOutput.Builder.create(scope, output + "PolicyArn")
        .description("Attach it to the IAM user or role that the connector uses")
        .value(policy.getManagedPolicyArn())
        .build();
  }

  private static String config(
      Stack stack, ConnectorDeclaration connector, Queue taskQueue, DataBucket bucket) {
    return stack.toJsonString(
        new TreeMap<>(
            Map.of(
                "connectorId", connector.id(),
                "environment", connector.environment(),
                "region", stack.getRegion(),
                "bucket", bucket.name(),
                "taskQueueUrl", taskQueue.getQueueUrl())));
  }

  private static PolicyStatement allow(List<String> actions, String... resources) {
    return PolicyStatement.Builder.create().actions(actions).resources(List.of(resources)).build();
  }
}
