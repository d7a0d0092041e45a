package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Queues in memory: what was sent, in order. */
public final class InMemoryQueues implements Queues {
  private final List<Sent> sent = new ArrayList<>();

  /** A message as it was sent. */
  public record Sent(String queueUrl, String body, int delaySeconds, Map<String, Long> numbers) {}

  @Override
  public void send(String queueUrl, String body, int delaySeconds, Map<String, Long> numbers) {
    if (delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
      throw new IllegalArgumentException("a delay of " + delaySeconds + " s");
    }
    sent.add(new Sent(queueUrl, body, delaySeconds, Map.copyOf(numbers)));
  }

  @Override
  public Optional<String> findUrl(String queueName) {
    return Optional.of("queue:" + queueName);
  }

  /** What was sent since it was last asked. */
  public List<Sent> take() {
    List<Sent> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }
}
