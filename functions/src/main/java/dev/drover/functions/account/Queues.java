package dev.drover.functions.account;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Queues: sending to them, and reading those that no function is called for. */
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

  /** A message, for as long as nobody else gets it: the queue's visibility timeout. */
  record Received(String body, Map<String, Long> numbers, String receipt) {
    /** Copies the attributes. */
    public Received {
      numbers = Map.copyOf(numbers);
    }
  }

  /** Up to ten messages of a queue; none when it is empty, or seems to be for a moment. */
  List<Received> receive(String queueUrl);

  /** Takes a message out that was received; once more is harmless. */
  void delete(String queueUrl, String receipt);

  /** The address of the queue of that name, if there is one. */
  Optional<String> findUrl(String queueName);
}
