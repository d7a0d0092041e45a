package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.kernel.Line;
import java.util.List;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/** The default bus, which no rule of ours listens to; the SDK's client, without its own retries. */
final class SimulatedEventBridge implements EventBridgeClient {
  private final List<PutEventsRequestEntry> put;
  private final Line line;

  /**
   * A client.
   *
   * @param put what was put by all, oldest first
   */
  SimulatedEventBridge(List<PutEventsRequestEntry> put, Line line) {
    this.put = put;
    this.line = line;
  }

  @Override
  public PutEventsResponse putEvents(PutEventsRequest request) {
    return line.call(
        "events",
        "PutEvents",
        request.entries().getFirst().detailType(),
        () -> {
          put.addAll(request.entries());
          return PutEventsResponse.builder().failedEntryCount(0).build();
        });
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
