package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.Policy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.constructs.Construct;

/**
 * The state machine of a run, and the rule that tidies up when an execution ends badly.
 *
 * <p>Its definition names versions of the functions. Step Functions lets an execution keep the
 * definition that it began with, so each ends on exactly the functions with which it began, however
 * often a newer or an older stack is deployed meanwhile.
 */
final class ReplicateRun extends Construct {
  private static final String DEFINITION = "replicate-run";

  private final Role role;
  private final StateMachine stateMachine;

  ReplicateRun(
      Construct scope,
      String id,
      FunctionFactory factory,
      RunFunctions functions,
      SegmentApply segments,
      TaskQueues tasks,
      ProjectFiles files) {
    super(scope, id);
    this.role = role(factory, tasks);
    this.stateMachine =
        StateMachine.Builder.create(this, "StateMachine")
            .definitionBody(DefinitionBody.fromString(files.stateMachine(DEFINITION)))
            .definitionSubstitutions(functions.placeholders())
            .role(role)
            .tracingEnabled(true)
            .logs(StateMachineLogs.of(this))
            .build();
    handsOn();
    wakes(List.of(segments.function(), functions.waitForSegments()));
    endRun(functions.endRun());
  }

  String arn() {
    return stateMachine.getStateMachineArn();
  }

  void allowStart(DroverFunction function) {
    stateMachine.grantStartExecution(function.alias());
    // Whether the execution that has a run is still there; a job that is deleted takes its run
    // with it. As in allowEndStrays, so that who may both has one statement: a role takes 10 KB.
    stateMachine.grantExecution(
        function.alias(), "states:DescribeExecution", "states:StopExecution");
  }

  /** Whose execution runs, though its run has ended. */
  void allowEndStrays(DroverFunction function) {
    stateMachine.grant(function.alias(), "states:ListExecutions");
    stateMachine.grantExecution(
        function.alias(), "states:DescribeExecution", "states:StopExecution");
  }

  /**
   * Every version of what executions call, as older ones go on, and the task queues; CDK adds what
   * log delivery and tracing need.
   */
  private Role role(FunctionFactory factory, TaskQueues tasks) {
    Role role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("states.amazonaws.com"))
            .build();
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("lambda:InvokeFunction"))
            .resources(
                factory.calledByExecutions().stream()
                    .map(called -> factory.qualifiedArn(Stack.of(this), called, "*"))
                    .toList())
            .build());
    tasks.statement("sqs:SendMessage").forEach(role::addToPolicy);
    return role;
  }

  /**
   * An execution starts the one after it. A resource of its own, as the state machine needs its
   * role's own policy first.
   */
  private void handsOn() {
    Policy.Builder.create(this, "HandOn")
        .roles(List.of(role))
        .statements(
            List.of(
                PolicyStatement.Builder.create()
                    .actions(List.of("states:StartExecution"))
                    .resources(List.of(arn()))
                    .build()))
        .build();
  }

  /**
   * Whoever sees the last segment ends the wait for it. The policy is a resource of its own: a
   * function needs its role's own policy first, and the state machine the function.
   */
  private void wakes(List<DroverFunction> functions) {
    Policy policy =
        Policy.Builder.create(this, "Wake")
            .statements(
                List.of(
                    // The state machine is the resource of a task token that it gave out.
                    PolicyStatement.Builder.create()
                        .actions(List.of("states:SendTaskSuccess"))
                        .resources(List.of(arn()))
                        .build()))
            .build();
    functions.forEach(function -> function.attach(policy));
  }

  /** An execution has one of these statuses now. */
  EventPattern ended(String... statuses) {
    return EventPattern.builder()
        .source(List.of("aws.states"))
        .detailType(List.of("Step Functions Execution Status Change"))
        .detail(Map.of("status", List.of(statuses), "stateMachineArn", List.of(arn())))
        .build();
  }

  /** An execution that was stopped or timed out has run no state of its own that could tidy up. */
  private void endRun(DroverFunction endRun) {
    Rule.Builder.create(this, "Ended")
        .description("replicate-run ended badly: give back what the run holds")
        .eventPattern(ended("ABORTED", "TIMED_OUT", "FAILED"))
        .targets(List.of(new LambdaFunction(endRun.alias())))
        .build();
  }
}
