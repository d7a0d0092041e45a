package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.constructs.Construct;

/** Every hour, what runs left behind and nobody could remove at once. */
final class Sweep extends Construct {
  private static final Duration SWEEP_EVERY = Duration.hours(1);

  private final DroverFunction sweepLeftovers;

  Sweep(Construct scope, String id, FunctionFactory functions, Ec2Permissions ec2) {
    super(scope, id);
    DataBucket bucket = functions.bucket();
    this.sweepLeftovers = functions.create(this, DeclaredFunction.SWEEP_LEFTOVERS, Map.of());
    bucket.allowList(sweepLeftovers);
    bucket.allowDelete(sweepLeftovers, DataBucket.STAGING, DataBucket.DIGESTS);
    ec2.allowDeregisterImage(sweepLeftovers);
    ec2.allowDeleteSnapshot(sweepLeftovers);
    ec2.allowDescribe(sweepLeftovers, "ec2:DescribeImages", "ec2:DescribeSnapshots");
    Rule.Builder.create(this, "Hourly")
        .description("remove what runs left behind: a deletion that failed, or came too early")
        .schedule(Schedule.rate(SWEEP_EVERY))
        .targets(
            List.of(
                LambdaFunction.Builder.create(sweepLeftovers.alias())
                    .event(RuleTargetInput.fromObject(Map.of()))
                    .build()))
        .build();
  }

  /** Invoked by the rule, never waited for. */
  DroverFunction sweepLeftovers() {
    return sweepLeftovers;
  }
}
