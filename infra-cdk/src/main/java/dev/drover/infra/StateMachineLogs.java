package dev.drover.infra;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.stepfunctions.LogLevel;
import software.amazon.awscdk.services.stepfunctions.LogOptions;
import software.constructs.Construct;

/**
 * What state machines log: which state came when, and with which error. Without the data of an
 * execution: the tokens of tasks are among them, and whoever has one may end the task.
 */
final class StateMachineLogs {
  private StateMachineLogs() {}

  /** Of the only state machine of a construct. */
  static LogOptions of(Construct scope) {
    LogGroup group =
        LogGroup.Builder.create(scope, "Logs")
            // Step Functions shortens the resource policy of groups with this prefix only.
            .logGroupName("/aws/vendedlogs/states/" + scope.getNode().getPath().replace('/', '-'))
            .retention(RetentionDays.THREE_MONTHS)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    return LogOptions.builder()
        .destination(group)
        .level(LogLevel.ALL)
        .includeExecutionData(false)
        .build();
  }
}
