package dev.drover.functions.account;

import java.util.Map;
import java.util.Optional;

/** Sending to queues. */
public interface Queues {
  /** SQS's own limit of a message's delay: 15 minutes. */
  int MAX_DELAY_SECONDS = 900;

  /**
   * Sends a message.
   *
   * @param delaySeconds 0 to {@link #MAX_DELAY_SECONDS}
   * @param numbers message attributes
   */
  void send(String queueUrl, String body, int delaySeconds, Map<String, Long> numbers);

  /**
   * How many messages a queue has: visible, delayed, and with those who work at them. SQS knows it
   * only about, and about a minute late.
   */
  long count(String queueUrl);

  /** The address of the queue of that name, if there is one. */
  Optional<String> findUrl(String queueName);
}
