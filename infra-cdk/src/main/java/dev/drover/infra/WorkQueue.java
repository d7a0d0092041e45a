package dev.drover.infra;

import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/** A queue over TLS, encrypted, with a dead-letter queue that keeps what nobody could do. */
final class WorkQueue extends Construct {
  /**
   * How many timeouts of its function a message stays invisible.
   *
   * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html">why
   *     6</a>
   */
  static final int VISIBILITY_TIMEOUTS = 6;

  /** Lambda's advice is at least 5: throttled invocations count as receives too. */
  private static final int MAX_RECEIVES = 5;

  /** The longest that SQS keeps a message, so that a person has time to look. */
  private static final Duration DEAD_LETTER_RETENTION = Duration.days(14);

  private final Queue queue;
  private final Queue deadLetters;

  /**
   * Creates the queue and its dead-letter queue.
   *
   * @param name its physical name, or null when nobody looks the queue up by name
   * @param retention how long an unread message means anything
   */
  WorkQueue(
      Construct scope, String id, @Nullable String name, Duration visibility, Duration retention) {
    super(scope, id);
    this.deadLetters =
        Queue.Builder.create(this, "DeadLetters")
            .queueName(name == null ? null : name + "-dead")
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(DEAD_LETTER_RETENTION)
            .build();
    this.queue =
        Queue.Builder.create(this, "Queue")
            .queueName(name)
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .visibilityTimeout(visibility)
            .retentionPeriod(retention)
            .deadLetterQueue(
                DeadLetterQueue.builder().queue(deadLetters).maxReceiveCount(MAX_RECEIVES).build())
            .build();
  }

  Queue queue() {
    return queue;
  }

  Queue deadLetters() {
    return deadLetters;
  }
}
