package dev.drover.infra;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.lambda.EventInvokeConfigOptions;
import software.amazon.awscdk.services.lambda.destinations.SqsDestination;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Keeps the events that a function could not handle and for which nobody waits: Lambda would drop
 * them after its last try.
 */
final class FailedInvocations extends Construct {
  /** The most that Lambda offers. */
  private static final int RETRIES = 2;

  /** How long Lambda tries while it is throttled: its own limit, said here. */
  private static final Duration MAX_EVENT_AGE = Duration.hours(6);

  /** The longest that SQS keeps a message, so that a person has time to look. */
  private static final Duration RETENTION = Duration.days(14);

  private final Queue queue;

  FailedInvocations(Construct scope, String id) {
    super(scope, id);
    this.queue =
        Queue.Builder.create(this, "Queue")
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(RETENTION)
            .build();
  }

  Queue queue() {
    return queue;
  }

  /** Keeps those of this function. */
  void keep(DroverFunction function) {
    function
        .alias()
        .configureAsyncInvoke(
            EventInvokeConfigOptions.builder()
                .retryAttempts(RETRIES)
                .maxEventAge(MAX_EVENT_AGE)
                .onFailure(new SqsDestination(queue))
                .build());
  }
}
