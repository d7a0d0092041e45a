package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.fault.EventFaults;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * SQS's standard queues: at least once, in no order, a message that nobody deletes comes again, and
 * goes to the dead letters after so many receives.
 */
public final class Queues {
  /**
   * What was received and is not deleted; a long poll gives nothing more then, and no error.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html">quotas</a>
   */
  static final int MAX_IN_FLIGHT = 120_000;

  private final Simulation simulation;
  private final EventFaults faults;
  private final RandomGenerator random;
  private final Map<String, Queue> byUrl = new HashMap<>();
  private long messages;

  Queues(Simulation simulation, EventFaults faults) {
    this.simulation = simulation;
    this.faults = faults;
    this.random = simulation.newRandom();
  }

  /**
   * How a queue behaves.
   *
   * @param deadLetters URL of their queue; null: a message comes until its retention ends
   */
  public record Settings(
      Duration visibility, Duration retention, int maxReceives, @Nullable String deadLetters) {}

  /** A message on its way. */
  static final class Message {
    final String id;
    final String body;
    final Map<String, MessageAttributeValue> attributes;
    final Instant sent;
    int receives;

    /** Told to nobody before; an invisible one has its appointment to become visible again. */
    Simulation.@Nullable Appointment invisible;

    Message(String id, String body, Map<String, MessageAttributeValue> attributes, Instant sent) {
      this.id = id;
      this.body = body;
      this.attributes = attributes;
      this.sent = sent;
    }
  }

  /** A message that was received. */
  record Delivery(Message message, String receipt) {}

  /** What the function that reads dead letters counts in a message that it sends again. */
  private static final String REDRIVEN = "droverRedriven";

  /** See {@link #mostPostponed}. */
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final class Queue {
    final String url;
    final Settings settings;
    final List<Message> visible = new ArrayList<>();
    final Map<String, Message> invisible = new LinkedHashMap<>();
    final List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    int delayed;
    int most;
    long sent;
    long postponed;
    int mostPostponed;
    final Map<String, Postponed> postponements = new HashMap<>();

    Queue(String url, Settings settings) {
      this.url = url;
      this.settings = settings;
    }

    void count(String body, boolean later, Instant now) {
      if (later) {
        postponed++;
        Postponed before = postponements.getOrDefault(body, new Postponed(now, 0));
        if (now.isBefore(before.since.plus(SOON))) {
          Postponed after = new Postponed(before.since, before.times + 1);
          postponements.put(body, after);
          mostPostponed = Math.max(mostPostponed, after.times);
        }
      } else {
        postponements.remove(body);
      }
    }
  }

  /** How often a message was postponed since a time, as far as that was {@link #SOON}. */
  private record Postponed(Instant since, int times) {}

  /** Makes a queue; its URL. */
  String create(String name, Settings settings) {
    String url = "https://sqs.us-east-1.amazonaws.com/000000000000/" + name;
    byUrl.put(url, new Queue(url, settings));
    return url;
  }

  /** The URL of the queue of that name. */
  Optional<String> find(String name) {
    return byUrl.keySet().stream().filter(url -> url.endsWith("/" + name)).findFirst();
  }

  /** Takes a message in; it may come twice. */
  String send(
      String url, String body, Duration delay, Map<String, MessageAttributeValue> attributes) {
    Queue queue = queue(url);
    String id = "m-" + ++messages;
    int copies = faults.duplicatesMessage() ? 2 : 1;
    for (int copy = 0; copy < copies; copy++) {
      Message message = new Message(id, body, attributes, simulation.instant());
      queue.delayed++;
      queue.sent++;
      queue.count(body, !delay.isZero(), simulation.instant());
      queue.most = Math.max(queue.most, depth(url));
      Duration late = copy == 0 ? delay : delay.plusSeconds(random.nextInt(1, 300));
      simulation.after(
          late,
          () -> {
            queue.delayed--;
            show(queue, message);
          });
    }
    return id;
  }

  private void show(Queue queue, Message message) {
    message.invisible = null;
    if (message.sent.plus(queue.settings.retention()).isBefore(simulation.instant())) {
      simulation.trace().line("sqs", queue.url + " drops what is too old: " + message.id);
      return;
    }
    String deadLetters = queue.settings.deadLetters();
    if (deadLetters != null && message.receives >= queue.settings.maxReceives()) {
      simulation.trace().line("sqs", "to the dead letters of " + queue.url + ": " + message.body);
      Queue dead = queue(deadLetters);
      show(dead, new Message(message.id, message.body, message.attributes, message.sent));
      return;
    }
    queue.visible.add(message);
    List<CompletableFuture<Boolean>> waiting = List.copyOf(queue.waiting);
    queue.waiting.clear();
    waiting.forEach(waiter -> waiter.complete(true));
  }

  /** Gives messages out, any of those that are visible. */
  List<Delivery> receive(String url, int most) {
    Queue queue = queue(url);
    List<Delivery> received = new ArrayList<>();
    while (received.size() < most
        && !queue.visible.isEmpty()
        && queue.invisible.size() < MAX_IN_FLIGHT) {
      int last = queue.visible.size() - 1;
      int chosen = faults.disorders() ? random.nextInt(last + 1) : 0;
      Message message = queue.visible.remove(chosen);
      message.receives++;
      String receipt = message.id + "#" + message.receives;
      queue.invisible.put(receipt, message);
      message.invisible =
          simulation.after(
              queue.settings.visibility(),
              () -> {
                if (queue.invisible.remove(receipt) != null) {
                  show(queue, message);
                }
              });
      received.add(new Delivery(message, receipt));
    }
    return received;
  }

  /** Completes when something may have become visible. */
  CompletableFuture<Boolean> nextArrival(String url) {
    CompletableFuture<Boolean> arrival = new CompletableFuture<>();
    queue(url).waiting.add(arrival);
    return arrival;
  }

  /** Takes a message out; a receipt that is good no longer changes nothing. */
  void delete(String url, String receipt) {
    Message message = queue(url).invisible.remove(receipt);
    if (message != null && message.invisible != null) {
      message.invisible.cancel();
    }
  }

  /** How many messages the queue has, visible or not. */
  public int depth(String url) {
    Queue queue = queue(url);
    return queue.visible.size() + queue.invisible.size() + queue.delayed;
  }

  /** What SQS tells of the queue's length; here it is exact. */
  Map<QueueAttributeName, String> counts(String url) {
    Queue queue = queue(url);
    return Map.of(
        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
        Integer.toString(queue.visible.size()),
        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
        Integer.toString(queue.invisible.size()),
        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED,
        Integer.toString(queue.delayed));
  }

  /**
   * The texts of all messages that stand in queues with dead letters, visible or not. What the dead
   * letters themselves have is kept for people, and what came back from there goes there again
   * after the third time.
   */
  public List<String> standing() {
    List<String> bodies = new ArrayList<>();
    for (Queue queue : new TreeMap<>(byUrl).values()) {
      if (queue.settings.deadLetters() != null) {
        Stream.concat(queue.visible.stream(), queue.invisible.values().stream())
            .filter(message -> !message.attributes.containsKey(REDRIVEN))
            .forEach(message -> bodies.add(message.body));
      }
    }
    return bodies;
  }

  /** The most messages that the queue ever had. */
  public int mostDepth(String url) {
    return queue(url).most;
  }

  /** How many messages the queue was sent, duplicates too. */
  public long sent(String url) {
    return queue(url).sent;
  }

  /** How many of them their senders wanted to be seen later. */
  public long postponed(String url) {
    return queue(url).postponed;
  }

  /**
   * How often one was postponed, at most, in the two minutes after it was first: whoever waits
   * longer each time postpones it rarely after that.
   */
  public int mostPostponed(String url) {
    return queue(url).mostPostponed;
  }

  /** How many messages all queues were sent. */
  public long sent() {
    return messages;
  }

  private Queue queue(String url) {
    Queue queue = byUrl.get(url);
    if (queue == null) {
      throw new IllegalArgumentException("no queue " + url);
    }
    return queue;
  }
}
