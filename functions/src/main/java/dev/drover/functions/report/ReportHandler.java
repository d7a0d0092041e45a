package dev.drover.functions.report;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.EpochStart;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.state.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reports of connectors, as S3 events in a queue.
 *
 * <p>Idempotency key: the connector, when its report arrived and the report's sequence number; for
 * runs the attempt and that number. A second delivery, or one that comes late, changes nothing. A
 * report that failed is told to SQS and comes again.
 */
public final class ReportHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  /** Left for the answer when a large inventory is put off. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final ReportIntake intake;
  private final InstantSource clock;
  private final EventLog log;

  /** Called by Lambda. */
  public ReportHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public ReportHandler(Wiring wiring) {
    this(feature(wiring), wiring.clock(), wiring.log());
  }

  ReportHandler(ReportIntake intake, InstantSource clock, EventLog log) {
    this.intake = intake;
    this.clock = clock;
    this.log = log;
  }

  private static ReportIntake feature(Wiring wiring) {
    State state = wiring.state();
    EventLog log = wiring.log();
    SmallObjects objects = new SmallObjects(wiring.objects());
    StraySnapshots strays = new StraySnapshots(state, wiring.snapshots(), wiring.objects(), log);
    ReportsLater later =
        new ReportsLater(
            state.runs(),
            wiring.queues(),
            wiring.reportQueueUrl(),
            wiring.bucket(),
            wiring.clock());
    ReportedRun runs = new ReportedRun(state, log);
    return new ReportIntake(
        objects,
        state,
        new CatalogUpdate(state, wiring.clock(), log),
        new GenerationOpening(
            runs,
            state,
            objects,
            new EpochStart(wiring.runSnapshots(), wiring.clock()),
            later,
            strays,
            log),
        new ProgressUpdate(
            runs, state, new ZerosToSend(wiring.allPutsPerSecond()), wiring.clock(), log),
        log);
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(MARGIN);
    Instant deadline = clock.instant().plus(left);
    List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      try {
        StagedEvent.parse(message.getBody()).forEach(put -> intake.accept(put.key(), deadline));
      } catch (RuntimeException e) {
        log.failure("report-failed", Map.of("messageId", message.getMessageId()), e);
        failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(failures);
  }
}
