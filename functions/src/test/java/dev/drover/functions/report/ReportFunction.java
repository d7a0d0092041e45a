package dev.drover.functions.report;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.drover.functions.run.EpochStart;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.functions.world.FakeLambdaContext;
import dev.drover.functions.world.World;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.util.List;

/** The report function over the world. */
public final class ReportFunction {
  private final World world;
  private final ReportHandler handler;

  public ReportFunction(World world) {
    this.world = world;
    SmallObjects small = new SmallObjects(world.objects);
    ReportedRun runs = new ReportedRun(world.state, world.eventLog);
    this.handler =
        new ReportHandler(
            new ReportIntake(
                small,
                world.state,
                new CatalogUpdate(world.state, world, world.eventLog),
                new GenerationOpening(
                    runs,
                    world.state,
                    small,
                    new EpochStart(world.ebs, world),
                    new ReportsLater(
                        world.state.runs(),
                        world.queues,
                        world.reportQueueUrl,
                        World.BUCKET,
                        world),
                    world.strays,
                    world.eventLog),
                new ProgressUpdate(runs, world.state, new ZerosToSend(900), world, world.eventLog),
                world.eventLog),
            world,
            world.eventLog);
  }

  /** Puts a report where its connector would and delivers the event; tells what SQS is told. */
  public List<SQSBatchResponse.BatchItemFailure> report(Report report) {
    return report(report.key(), report);
  }

  List<SQSBatchResponse.BatchItemFailure> report(String key, Report report) {
    world.objects.put(key, MessageJson.write(report));
    return deliver(key);
  }

  List<SQSBatchResponse.BatchItemFailure> deliver(String key) {
    return send(new StagedEvent(World.BUCKET, key).toMessage());
  }

  List<SQSBatchResponse.BatchItemFailure> send(String body) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId("message-1");
    message.setBody(body);
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message));
    return handler.handleRequest(event, new FakeLambdaContext()).getBatchItemFailures();
  }
}
