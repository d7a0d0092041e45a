package dev.drover.infra;

import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.iam.Policy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.RecursiveLoop;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * One function with a role and a log group of its own. It can be invoked by its alias, which names
 * the newest version, or by a version: SnapStart works on published versions only.
 *
 * <p>What an execution calls keeps its versions when a newer one is deployed, because the execution
 * ends on those that it began with; {@code SweepLeftovers} removes them when no execution can be so
 * old. A version whose deployment failed is taken back: it would be the newest with that code, and
 * Lambda publishes no second one of it when the same is deployed again.
 *
 * <p>No concurrency is reserved: it would be taken from the account's other functions, and what
 * must be bounded is bounded at its queue.
 */
final class DroverFunction extends Construct {
  static final String ALIAS = "live";

  private final String name;
  private final Role role;
  private final Function function;
  private final Alias alias;

  DroverFunction(
      Construct scope,
      String id,
      String name,
      DeclaredFunction declared,
      DeployTarget target,
      Map<String, String> environment) {
    super(scope, id);
    this.name = name;
    LogGroup logs =
        LogGroup.Builder.create(this, "Logs")
            .logGroupName("/aws/lambda/" + name)
            .retention(RetentionDays.THREE_MONTHS) // the life of a job is 90 days
            .removalPolicy(RemovalPolicy.DESTROY) // what must be kept is in the table
            .build();
    this.role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
    logs.grantWrite(role);
    this.function =
        Function.Builder.create(this, "Function")
            .functionName(name)
            .runtime(target.runtime())
            // The throughput that the timeouts rest on was measured on x86-64 only.
            .architecture(Architecture.X86_64)
            .handler(declared.handlerClass())
            .code(target.code())
            .snapStart(declared.mayRestore() ? target.snapStart() : null)
            .memorySize(declared.memoryMib())
            .ephemeralStorageSize(Size.mebibytes(declared.temporaryMib()))
            .timeout(declared.timeout())
            .environment(environment)
            .role(role)
            .logGroup(logs)
            .currentVersionOptions(
                VersionOptions.builder()
                    .removalPolicy(
                        declared.isCalledByExecutions()
                            ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
                            : RemovalPolicy.DESTROY)
                    .build())
            .recursiveLoop(
                declared == DeclaredFunction.SEGMENT || declared == DeclaredFunction.REPORT
                    // They put back into their own queues what came too early: a segment, a report.
                    // Lambda would take the 16th time for a runaway loop and drop the message.
                    ? RecursiveLoop.ALLOW
                    : RecursiveLoop.TERMINATE)
            .build();
    // Right for the function itself; every invocation goes through the alias of a version.
    Annotations.of(function).acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish");
    this.alias =
        Alias.Builder.create(this, "Live")
            .aliasName(ALIAS)
            .version(function.getCurrentVersion())
            .build();
  }

  Alias alias() {
    return alias;
  }

  /** How often something happened to it in a period, in whatever version. */
  Metric metric(String metricName, Duration period) {
    return Metric.Builder.create()
        .namespace("AWS/Lambda")
        .metricName(metricName)
        .dimensionsMap(Map.of("FunctionName", name))
        .statistic(Stats.SUM)
        .period(period)
        .build();
  }

  String arn() {
    return alias.getFunctionArn();
  }

  /** Of the version that this deployment makes, or made before if nothing changed. */
  String versionArn() {
    return function.getCurrentVersion().getFunctionArn();
  }

  void allow(PolicyStatement statement) {
    function.addToRolePolicy(statement);
  }

  /** Allows what the policy says. The function is made before it, so that it may name its users. */
  void attach(Policy policy) {
    policy.attachToRole(role);
  }
}
