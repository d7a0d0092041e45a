package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.TorturedCloud;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * S3's events of segments do not come as they should. While it lasts nobody else reads their
 * queues: the mapping that calls the function is switched off, and we take what comes.
 */
final class MeddledEvents implements Fault {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final int MOST_MESSAGES = 10;

  private final TorturedCloud cloud;
  private final List<String> queueUrls;
  private final Consumer<List<Taken>> afterwards;
  private final List<Taken> taken = Collections.synchronizedList(new ArrayList<>());
  private final Fault taking;

  /** A message and where it was. */
  record Taken(String queueUrl, String body) {}

  private MeddledEvents(World world, Consumer<List<Taken>> afterwards) {
    this.cloud = world.cloud();
    this.queueUrls = world.cloud().segmentQueueUrls();
    this.afterwards = afterwards;
    this.taking = RepeatedFault.each(POLL, this::take);
  }

  /** They are lost. */
  static Fault lost(World world) {
    return new MeddledEvents(world, events -> {});
  }

  /** They come thrice, the last one first. */
  static Fault reversed(World world) {
    return new MeddledEvents(
        world,
        events -> {
          for (Taken event : events.reversed()) {
            for (int time = 0; time < 3; time++) {
              send(world, event);
            }
          }
        });
  }

  /** They come when their runs are long over. */
  static Fault late(World world) {
    return new MeddledEvents(
        world, events -> world.later(() -> events.forEach(event -> send(world, event))));
  }

  private static void send(World world, Taken event) {
    world
        .cloud()
        .account()
        .sqs()
        .sendMessage(request -> request.queueUrl(event.queueUrl()).messageBody(event.body()));
  }

  private int take() {
    int found = 0;
    for (String queueUrl : queueUrls) {
      List<Message> messages =
          cloud
              .account()
              .sqs()
              .receiveMessage(
                  request -> request.queueUrl(queueUrl).maxNumberOfMessages(MOST_MESSAGES))
              .messages();
      for (Message message : messages) {
        taken.add(new Taken(queueUrl, message.body()));
        cloud
            .account()
            .sqs()
            .deleteMessage(
                request -> request.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
        found++;
      }
    }
    return found;
  }

  @Override
  public void begin() {
    enable(false);
    taking.begin();
  }

  @Override
  public void heal() {
    taking.heal();
    afterwards.accept(List.copyOf(taken));
    enable(true);
  }

  private void enable(boolean on) {
    for (EventSourceMappingConfiguration mapping :
        cloud
            .account()
            .lambda()
            .listEventSourceMappingsPaginator(request -> {})
            .eventSourceMappings()) {
      if (queueUrls.stream()
          .anyMatch(
              url ->
                  mapping
                      .eventSourceArn()
                      .endsWith(":" + url.substring(url.lastIndexOf('/') + 1)))) {
        cloud
            .account()
            .lambda()
            .updateEventSourceMapping(request -> request.uuid(mapping.uuid()).enabled(on));
      }
    }
  }

  @Override
  public int strikes() {
    return taken.size();
  }
}
