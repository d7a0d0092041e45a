package dev.drover.functions.segment;

import dev.drover.functions.account.SegmentQueues;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.ObjectKeys;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * The messages of segment queues. News that cannot be told yet is sent to its queue once more with
 * a delay, and the present message is acknowledged: waiting is not failing, and the queue's count
 * of receives counts failures only.
 */
final class SegmentMessages {
  private final SegmentApplier applier;
  private final SegmentQueues queues;
  private final String bucket;
  private final InstantSource clock;
  private final EventLog log;

  SegmentMessages(
      SegmentApplier applier,
      SegmentQueues queues,
      String bucket,
      InstantSource clock,
      EventLog log) {
    this.applier = applier;
    this.queues = queues;
    this.bucket = bucket;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Handles a message; returning acknowledges it.
   *
   * @param numbers its message attributes
   * @param end when this must have come to its end
   */
  void handle(String body, Map<String, Long> numbers, Instant end) {
    Postponements past = Postponements.read(numbers, clock.instant());
    for (StagedEvent event : StagedEvent.parse(body)) {
      SegmentOutcome outcome =
          event.bucket().equals(bucket)
              ? apply(event, past, end)
              : new SegmentOutcome.Settled("of another bucket");
      finish(event, past, outcome);
    }
  }

  private SegmentOutcome apply(StagedEvent event, Postponements past, Instant end) {
    try {
      return applier.apply(event.key(), past.since(), end);
    } catch (TransientException e) {
      return new SegmentOutcome.Postponed(String.valueOf(e.getMessage()));
    }
  }

  private void finish(StagedEvent event, Postponements past, SegmentOutcome outcome) {
    switch (outcome) {
      case SegmentOutcome.Applied applied ->
          log.event("segment-applied", Map.of("key", event.key(), "blocks", applied.blocks()));
      case SegmentOutcome.Settled settled ->
          log.event("segment-settled", Map.of("key", event.key(), "reason", settled.reason()));
      case SegmentOutcome.Unreadable unreadable ->
          log.event("segment-unreadable", Map.of("key", event.key(), "reason", unreadable.error()));
      case SegmentOutcome.Corrupt corrupt ->
          log.event("segment-corrupt", Map.of("key", event.key(), "reason", corrupt.error()));
      case SegmentOutcome.Postponed postponed -> postpone(event, past, postponed.reason());
    }
  }

  private void postpone(StagedEvent event, Postponements past, String reason) {
    boolean givenUp = past.isLong(clock.instant());
    log.event(
        givenUp ? "segment-given-up" : "segment-postponed",
        Map.of("key", event.key(), "reason", reason, "times", past.times()));
    if (!givenUp) {
      EnvironmentName environment = ObjectKeys.parseSegment(event.key()).delta().environment();
      queues.send(environment, event.toMessage(), past.delaySeconds(), past.next());
    }
  }
}
