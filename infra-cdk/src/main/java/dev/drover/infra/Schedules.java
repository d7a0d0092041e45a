package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnScheduleGroup;
import software.constructs.Construct;

/** The group of the jobs' schedules and the role by which they invoke StartRun, and only that. */
final class Schedules extends Construct {
  private final String group;
  private final Role role;
  private final String startRunArn;
  private final String scheduleArns;

  Schedules(Construct scope, String id, FunctionFactory functions) {
    super(scope, id);
    Stack stack = Stack.of(this);
    this.group = functions.stackName();
    CfnScheduleGroup.Builder.create(this, "Group").name(group).build();
    // By name, not by reference: StartRun puts the next schedule, so it is told its own alias.
    this.startRunArn =
        functions.qualifiedArn(stack, DeclaredFunction.START_RUN, DroverFunction.ALIAS);
    this.scheduleArns = schedulerArn(stack, "schedule", group + "/*");
    // Only schedules of this group may use the role, not another's of the same service.
    this.role =
        Role.Builder.create(this, "Role")
            .assumedBy(
                new PrincipalWithConditions(
                    new ServicePrincipal("scheduler.amazonaws.com"),
                    Map.of(
                        "StringEquals",
                        Map.of(
                            "aws:SourceAccount", stack.getAccount(),
                            "aws:SourceArn", schedulerArn(stack, "schedule-group", group)))))
            .build();
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("lambda:InvokeFunction"))
            .resources(List.of(startRunArn))
            .build());
  }

  String group() {
    return group;
  }

  /** What a function needs to put a schedule that starts a run. */
  Map<String, String> environment() {
    return Map.of(
        "DROVER_SCHEDULE_GROUP", group,
        "DROVER_SCHEDULE_ROLE_ARN", role.getRoleArn(),
        "DROVER_START_RUN_ARN", startRunArn);
  }

  void allowPut(DroverFunction function) {
    function.allow(
        onSchedules(
            "scheduler:GetSchedule", "scheduler:CreateSchedule", "scheduler:UpdateSchedule"));
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("iam:PassRole"))
            .resources(List.of(role.getRoleArn()))
            .conditions(
                Map.of("StringEquals", Map.of("iam:PassedToService", "scheduler.amazonaws.com")))
            .build());
    allowDelete(function);
  }

  void allowDelete(DroverFunction function) {
    function.allow(onSchedules("scheduler:DeleteSchedule"));
  }

  /** The Scheduler knows no resource for the action; what is listed is names. */
  void allowList(DroverFunction function) {
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("scheduler:ListSchedules"))
            .resources(List.of("*"))
            .build());
  }

  private PolicyStatement onSchedules(String... actions) {
    return PolicyStatement.Builder.create()
        .actions(List.of(actions))
        .resources(List.of(scheduleArns))
        .build();
  }

  private static String schedulerArn(Stack stack, String resource, String name) {
    return stack.formatArn(
        ArnComponents.builder().service("scheduler").resource(resource).resourceName(name).build());
  }
}
