package dev.drover.infra;

import java.util.Map;

/** What finds leftovers and removes them may do: the hourly sweep, and the API for who asks. */
record LeftoverRights(
    DataBucket bucket, Ec2Permissions ec2, Schedules schedules, ReplicateRun replicateRun) {

  void allow(DroverFunction function) {
    bucket.allowList(function);
    bucket.allowDelete(function, DataBucket.STAGING, DataBucket.DIGESTS, DataBucket.APPLICATIONS);
    ec2.allowDeregisterImage(function);
    ec2.allowDeleteSnapshot(function);
    ec2.allowCancelImport(function);
    ec2.allowDescribe(
        function,
        "ec2:DescribeImages",
        "ec2:DescribeImportImageTasks",
        "ec2:DescribeInstances",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes");
    schedules.allowList(function);
    schedules.allowDelete(function);
    replicateRun.allowEndStrays(function);
  }

  /** Beside that, what a run that ended left with VM Import. */
  void allowEndRuns(DroverFunction function) {
    ec2.allowTagImported(function);
  }

  /** What goes only when somebody asks for it. */
  void allowOnRequest(DroverFunction function) {
    ec2.allowTerminate(function, Launches.APP_TAG);
    ec2.allowDeleteVolume(function, Launches.APP_TAG);
  }

  /** What is listed. */
  Map<String, String> environment() {
    return Map.of(
        "DROVER_SCHEDULE_GROUP", schedules.group(),
        "DROVER_REPLICATE_RUN_ARN", replicateRun.arn());
  }
}
