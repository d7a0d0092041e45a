package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Queues in memory: what was sent, in order. */
public final class InMemoryQueues implements Queues {
  private static final String URL = "queue:";

  private final Set<String> urls = new HashSet<>();
  private final List<Sent> sent = new ArrayList<>();
  private final List<Sent> receipts = new ArrayList<>();
  private final Set<Sent> hidden = Collections.newSetFromMap(new IdentityHashMap<>());

  /** A message as it was sent. */
  public record Sent(String queueUrl, String body, int delaySeconds, Map<String, Long> numbers) {}

  /** Makes a queue; tells its address. */
  public String create(String queueName) {
    urls.add(URL + queueName);
    return URL + queueName;
  }

  @Override
  public void send(String queueUrl, String body, int delaySeconds, Map<String, Long> numbers) {
    if (!urls.contains(queueUrl)) {
      throw new RefusedException("QueueDoesNotExist", "there is no " + queueUrl);
    }
    if (delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
      throw new RefusedException("InvalidParameterValue", "a delay of " + delaySeconds + " s");
    }
    sent.add(new Sent(queueUrl, body, delaySeconds, Map.copyOf(numbers)));
  }

  @Override
  public long count(String queueUrl) {
    return sent.stream().filter(message -> message.queueUrl().equals(queueUrl)).count();
  }

  /** What was received is invisible until {@link #showAgain}. */
  @Override
  public List<Received> receive(String queueUrl) {
    List<Received> received = new ArrayList<>();
    for (Sent message : sent) {
      if (message.queueUrl().equals(queueUrl)
          && !hidden.contains(message)
          && received.size() < 10) {
        hidden.add(message);
        receipts.add(message);
        received.add(
            new Received(message.body(), message.numbers(), Integer.toString(receipts.size() - 1)));
      }
    }
    return received;
  }

  @Override
  public void delete(String queueUrl, String receipt) {
    Sent message = receipts.get(Integer.parseInt(receipt));
    Set<Sent> one = Collections.newSetFromMap(new IdentityHashMap<>());
    one.add(message);
    sent.removeIf(one::contains);
    hidden.remove(message);
  }

  /** The visibility timeouts of what was received are over. */
  public void showAgain() {
    hidden.clear();
  }

  @Override
  public Optional<String> findUrl(String queueName) {
    return Optional.of(URL + queueName).filter(urls::contains);
  }

  /** What was sent since it was last asked. */
  public List<Sent> take() {
    List<Sent> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }

  /** The bodies of what was sent to a queue and not taken. */
  public List<String> bodies(String queueName) {
    return sent.stream()
        .filter(message -> message.queueUrl().equals(URL + queueName))
        .map(Sent::body)
        .toList();
  }
}
