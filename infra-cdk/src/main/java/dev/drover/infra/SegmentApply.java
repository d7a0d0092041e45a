package dev.drover.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.constructs.Construct;

/** Segments become blocks of a snapshot: staging event → queue → function → EBS. */
final class SegmentApply extends Construct {
  /** One object is one extent, and one lease; a batch would let one bad segment hold up others. */
  private static final int BATCH_SIZE = 1;

  /** The most that SQS has; an event that is lost by then is found by listing. */
  private static final Duration RETENTION = Duration.days(14);

  private final WorkQueue queue;
  private final DroverFunction function;

  SegmentApply(
      Construct scope,
      String id,
      FunctionFactory functions,
      Ec2Permissions ec2,
      DeployTarget target) {
    super(scope, id);
    DataBucket bucket = functions.bucket();
    this.queue =
        new WorkQueue(
            this, "Segments", null, DeclaredFunction.SEGMENT.queueVisibility(), RETENTION);
    bucket.notify(DataBucket.STAGING, queue);
    this.function =
        functions.create(
            this,
            DeclaredFunction.SEGMENT,
            Map.of("DROVER_SEGMENT_QUEUE_URL", queue.queue().getQueueUrl()));
    function
        .alias()
        .addEventSource(
            SqsEventSource.Builder.create(queue.queue())
                .batchSize(BATCH_SIZE)
                .reportBatchItemFailures(true)
                .maxConcurrency(target.segmentConcurrency())
                .build());
    bucket.allowRead(function, DataBucket.STAGING);
    bucket.allowList(function);
    ec2.allowPutBlock(function);
    allowSend(function);
  }

  WorkQueue queue() {
    return queue;
  }

  DroverFunction function() {
    return function;
  }

  /** Sends a segment again: one that came too early, or whose event was lost. */
  void allowSend(DroverFunction sender) {
    sender.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("sqs:SendMessage"))
            .resources(List.of(queue.queue().getQueueArn()))
            .build());
  }
}
