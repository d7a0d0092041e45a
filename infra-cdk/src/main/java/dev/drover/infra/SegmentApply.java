package dev.drover.infra;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.constructs.Construct;

/**
 * Segments become blocks of a snapshot: staging event → queue → function → EBS. Each environment
 * has a queue of its own, which the function is called for: what one puts into staging, be it junk
 * without end, holds up no other.
 */
final class SegmentApply extends Construct {
  /** One object is one extent, and one lease; a batch would let one bad segment hold up others. */
  private static final int BATCH_SIZE = 1;

  /** The most that SQS has; an event that is lost by then is found by listing. */
  private static final Duration RETENTION = Duration.days(14);

  private final Map<String, WorkQueue> queues = new TreeMap<>();
  private final String namePrefix;
  private final DroverFunction function;

  SegmentApply(
      Construct scope,
      String id,
      FunctionFactory functions,
      Ec2Permissions ec2,
      DeployTarget target,
      Set<String> environments) {
    super(scope, id);
    DataBucket bucket = functions.bucket();
    this.namePrefix = functions.stackName() + "-segments-";
    for (String environment : environments) {
      WorkQueue queue =
          new WorkQueue(
              this,
              "Segments-" + environment,
              namePrefix + environment,
              DeclaredFunction.SEGMENT.queueVisibility(),
              RETENTION);
      queues.put(environment, queue);
      bucket.notify(DataBucket.STAGING + environment + "/", queue);
    }
    this.function =
        functions.create(
            this,
            DeclaredFunction.SEGMENT,
            Map.of(
                "DROVER_SEGMENT_QUEUE_PREFIX",
                namePrefix,
                "DROVER_PUTS_PER_SECOND",
                String.format(Locale.ROOT, "%.3f", target.putsPerSecond(environments.size()))));
    queues.values().forEach(queue -> callFor(queue, target));
    bucket.allowRead(function, DataBucket.STAGING);
    bucket.allowList(function);
    ec2.allowPutBlock(function);
    allowSend(function);
  }

  private void callFor(WorkQueue queue, DeployTarget target) {
    function
        .alias()
        .addEventSource(
            SqsEventSource.Builder.create(queue.queue())
                .batchSize(BATCH_SIZE)
                .reportBatchItemFailures(true)
                .maxConcurrency(target.segmentConcurrency())
                .build());
  }

  /** A queue's name is this and the environment's. */
  String namePrefix() {
    return namePrefix;
  }

  /** By environment. */
  Map<String, WorkQueue> queues() {
    return Map.copyOf(queues);
  }

  DroverFunction function() {
    return function;
  }

  /** Sends a segment again: one that came too early, or whose event was lost. */
  void allowSend(DroverFunction sender) {
    if (queues.isEmpty()) {
      return;
    }
    sender.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("sqs:GetQueueUrl", "sqs:SendMessage"))
            .resources(queues.values().stream().map(queue -> queue.queue().getQueueArn()).toList())
            .build());
  }

  /** Asks how many segments wait. */
  void allowCount(DroverFunction reader) {
    if (queues.isEmpty()) {
      return;
    }
    reader.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("sqs:GetQueueAttributes"))
            .resources(queues.values().stream().map(queue -> queue.queue().getQueueArn()).toList())
            .build());
  }
}
