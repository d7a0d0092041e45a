package dev.drover.infra;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.constructs.Construct;

/** What connectors report becomes connectors, servers, snapshots and progress. */
final class Reports extends Construct {
  private static final int BATCH_SIZE = 1;

  /** A report is worth reading as long as its run can last. SQS keeps a message 14 days at most. */
  private static final Duration RETENTION = Duration.days(14);

  private final WorkQueue queue;
  private final DroverFunction function;

  Reports(
      Construct scope,
      String id,
      FunctionFactory functions,
      Ec2Permissions ec2,
      DeployTarget target) {
    super(scope, id);
    DataBucket bucket = functions.bucket();
    this.queue =
        new WorkQueue(this, "Queue", null, DeclaredFunction.REPORT.queueVisibility(), RETENTION);
    bucket.notify(DataBucket.REPORTS, queue);
    this.function =
        functions.create(
            this,
            DeclaredFunction.REPORT,
            Map.of(
                "DROVER_ALL_PUTS_PER_SECOND",
                String.format(Locale.ROOT, "%.3f", target.allPutsPerSecond()),
                "DROVER_REPORT_QUEUE_URL",
                queue.queue().getQueueUrl()));
    // A generation for which EBS has no room is told of again.
    allowSend(function);
    function
        .alias()
        .addEventSource(
            SqsEventSource.Builder.create(queue.queue())
                .batchSize(BATCH_SIZE)
                .reportBatchItemFailures(true)
                .build());
    bucket.allowRead(function, DataBucket.REPORTS, DataBucket.TASKS);
    bucket.allowList(function);
    ec2.allowStartSnapshot(function);
    ec2.allowLookUpKeys(function);
    // Another VM snapshot within a run begins anew; what was started for the old one goes,
    // with the digest list that it may have.
    bucket.allowDelete(function, DataBucket.DIGESTS);
    ec2.allowDeleteSnapshot(function);
    ec2.allowDescribe(function, "ec2:DescribeSnapshots");
  }

  WorkQueue queue() {
    return queue;
  }

  DroverFunction function() {
    return function;
  }

  /** Tells of a report again: its event was lost, or it came too early. */
  void allowSend(DroverFunction sender) {
    sender.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("sqs:SendMessage"))
            .resources(List.of(queue.queue().getQueueArn()))
            .build());
  }
}
