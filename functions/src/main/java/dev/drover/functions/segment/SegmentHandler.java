package dev.drover.functions.segment;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.RunWake;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes S3's news of staged segments from the segment queues and applies them.
 *
 * <p>Idempotency key: (run, disk, epoch, extent), the extent's receipt, see {@link SegmentApplier};
 * a second delivery finds it and does nothing. A message that fails is reported alone; the queue
 * gives it again and, in the end, to the dead-letter queue.
 */
public final class SegmentHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  /** What is left of the function's time for the receipt, or for giving the lease back. */
  private static final int RESERVE_MILLIS = 10_000;

  private final SegmentMessages messages;
  private final InstantSource clock;
  private final EventLog log;

  /** Called by Lambda. */
  public SegmentHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public SegmentHandler(Wiring wiring) {
    this.clock = wiring.clock();
    this.log = wiring.log();
    this.messages = feature(wiring);
  }

  private static SegmentMessages feature(Wiring wiring) {
    SegmentApplier applier =
        new SegmentApplier(
            wiring.state(),
            wiring.objects(),
            new BlockPuts(
                wiring.blocks(), new Pace(wiring.putsPerSecond(), wiring.clock(), wiring.pause())),
            new RunWake(
                wiring.state().segmentWaits(), wiring.taskTokens(), wiring.clock(), wiring.log()),
            wiring.clock(),
            wiring::newId);
    return new SegmentMessages(
        applier, wiring.segmentQueues(), wiring.bucket(), wiring.clock(), wiring.log());
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      Instant end = clock.instant().plusMillis(context.getRemainingTimeInMillis() - RESERVE_MILLIS);
      try {
        messages.handle(message.getBody(), numbers(message), end);
      } catch (RuntimeException e) {
        log.failure("segment-failed", Map.of("messageId", message.getMessageId()), e);
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }

  private static Map<String, Long> numbers(SQSEvent.SQSMessage message) {
    Map<String, Long> numbers = new TreeMap<>();
    Map<String, SQSEvent.MessageAttribute> attributes = message.getMessageAttributes();
    if (attributes != null) {
      attributes.forEach(
          (name, value) -> {
            if ("Number".equals(value.getDataType())) {
              numbers.put(name, Long.valueOf(value.getStringValue()));
            }
          });
    }
    return numbers;
  }
}
