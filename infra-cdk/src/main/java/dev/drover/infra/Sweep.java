package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * In rounds of an hour, what runs and deployments left behind and nobody could remove at once, and
 * what applications miss.
 */
final class Sweep extends Construct {
  private final DroverFunction sweepLeftovers;

  Sweep(
      Construct scope,
      String id,
      FunctionFactory functions,
      LeftoverRights leftovers,
      RunStarts starts,
      JobCreationRights jobs,
      Launches launches,
      TaskQueues tasks) {
    super(scope, id);
    Map<String, String> environment = new TreeMap<>(tasks.variables());
    environment.putAll(leftovers.environment());
    environment.put("DROVER_ALIAS", DroverFunction.ALIAS);
    environment.put(
        "DROVER_VERSIONED_FUNCTIONS",
        functions.calledByExecutions().stream()
            .map(functions::functionName)
            .collect(Collectors.joining(",")));
    environment.putAll(starts.environment());
    environment.putAll(jobs.environment());
    environment.putAll(launches.stackEnvironment());
    this.sweepLeftovers = functions.create(this, DeclaredFunction.SWEEP_LEFTOVERS, environment);
    leftovers.allow(sweepLeftovers);
    leftovers.allowEndRuns(sweepLeftovers);
    // Jobs that are missing to applications are made here.
    starts.allowStart(sweepLeftovers);
    jobs.allow(sweepLeftovers);
    // A launch whose execution died goes on here.
    launches.allowStacks(sweepLeftovers, functions.bucket());
    launches.allowTemplates(sweepLeftovers, functions.bucket());
    oldVersions(functions);
    // What stands on the site of a run that has ended, a connector releases.
    tasks.allowSend(sweepLeftovers);
    RuleCall.rounds(
        this,
        "Rounds",
        "remove what runs left behind: a deletion that failed, or came too early",
        sweepLeftovers);
  }

  /** Versions of what executions call; never a function itself, whose ARN has no qualifier. */
  private void oldVersions(FunctionFactory functions) {
    Stack stack = Stack.of(this);
    sweepLeftovers.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("lambda:ListVersionsByFunction", "lambda:GetAlias"))
            // One for all: a role takes 10 KB of policy, and each by its name is 1 KB.
            .resources(List.of(functions.everyFunctionArn(stack)))
            .build());
    // That Lambda holds the version's own ARN against it is read, not seen.
    sweepLeftovers.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("lambda:DeleteFunction"))
            .resources(
                functions.calledByExecutions().stream()
                    .map(called -> functions.qualifiedArn(stack, called, "*"))
                    .toList())
            .build());
  }

  /** Invoked by the rule, never waited for. */
  DroverFunction sweepLeftovers() {
    return sweepLeftovers;
  }
}
