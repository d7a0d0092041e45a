package dev.drover.infra;

import software.constructs.Construct;

/** Every hour, what runs left behind and nobody could remove at once. */
final class Sweep extends Construct {
  private final DroverFunction sweepLeftovers;

  Sweep(
      Construct scope, String id, FunctionFactory functions, Ec2Permissions ec2, TaskQueues tasks) {
    super(scope, id);
    DataBucket bucket = functions.bucket();
    this.sweepLeftovers =
        functions.create(this, DeclaredFunction.SWEEP_LEFTOVERS, tasks.variables());
    bucket.allowList(sweepLeftovers);
    bucket.allowDelete(sweepLeftovers, DataBucket.STAGING, DataBucket.DIGESTS);
    ec2.allowDeregisterImage(sweepLeftovers);
    ec2.allowDeleteSnapshot(sweepLeftovers);
    ec2.allowDescribe(sweepLeftovers, "ec2:DescribeImages", "ec2:DescribeSnapshots");
    // What stands on the site of a run that has ended, a connector releases.
    tasks.allowSend(sweepLeftovers);
    HourlyCall.of(
        this,
        "Hourly",
        "remove what runs left behind: a deletion that failed, or came too early",
        sweepLeftovers);
  }

  /** Invoked by the rule, never waited for. */
  DroverFunction sweepLeftovers() {
    return sweepLeftovers;
  }
}
