package dev.drover.functions.account;

import dev.drover.protocol.EnvironmentName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queues of segments that are to be applied; each environment has one, named by it, so that
 * what one puts into staging holds up no other.
 */
public final class SegmentQueues {
  private final Queues queues;
  private final String namePrefix;
  private final Map<EnvironmentName, String> urls = new ConcurrentHashMap<>();

  /** Queues whose names begin so. */
  public SegmentQueues(Queues queues, String namePrefix) {
    this.queues = queues;
    this.namePrefix = namePrefix;
  }

  /**
   * Sends a message to an environment's queue.
   *
   * @param delaySeconds 0 to {@link Queues#MAX_DELAY_SECONDS}
   * @param numbers message attributes
   * @throws TransientException when the environment has none: it is not declared to the stack
   */
  public void send(
      EnvironmentName environment, String body, int delaySeconds, Map<String, Long> numbers) {
    queues.send(known(environment), body, delaySeconds, numbers);
  }

  /** How many messages an environment's queue has, see {@link Queues#count}. */
  public long count(EnvironmentName environment) {
    return queues.count(known(environment));
  }

  private String known(EnvironmentName environment) {
    return urls.computeIfAbsent(environment, this::url);
  }

  private String url(EnvironmentName environment) {
    return queues
        .findUrl(namePrefix + environment)
        .orElseThrow(
            () ->
                new TransientException(
                    "environment " + environment + " has no queue of segments: deploy it"));
  }
}
