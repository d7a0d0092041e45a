package dev.drover.functions.report;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.drover.functions.FakeLambdaContext;
import dev.drover.functions.World;
import dev.drover.functions.account.InMemoryEbs;
import dev.drover.functions.account.InMemoryObjects;
import dev.drover.functions.staging.StagedEvent;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.Report;
import java.util.List;

/** The handler over a world in memory, and a connector that reports to it. */
final class Reports {
  final InMemoryObjects objects;
  final InMemoryEbs ebs;
  private final ReportHandler handler;

  Reports(World world) {
    this.objects = new InMemoryObjects(world);
    this.ebs = new InMemoryEbs(world);
    SmallObjects small = new SmallObjects(objects);
    ReportedRun runs = new ReportedRun(world.state, world.eventLog);
    this.handler =
        new ReportHandler(
            new ReportIntake(
                small,
                world.state,
                new CatalogUpdate(world.state, world, world.eventLog),
                new GenerationOpening(runs, world.state, small, ebs, world.eventLog),
                new RunNews(runs, world.state, world.eventLog),
                world,
                world.eventLog),
            world,
            world.eventLog);
  }

  /** Puts a report where its connector would and delivers the event; tells what SQS is told. */
  List<SQSBatchResponse.BatchItemFailure> report(Report report) {
    return report(report.key(), report);
  }

  List<SQSBatchResponse.BatchItemFailure> report(String key, Report report) {
    objects.put(key, MessageJson.write(report));
    return deliver(key);
  }

  List<SQSBatchResponse.BatchItemFailure> deliver(String key) {
    return send(new StagedEvent("bucket", key).toMessage());
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
