package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** What EventBridge is asked for, and what of its answers is a failure. */
final class DefaultEventBusTest {
  private final FakeEventBridge eventBridge = new FakeEventBridge();
  private final DefaultEventBus bus = new DefaultEventBus(eventBridge);

  @Test
  void put_isOneEventOfDroverOnTheDefaultBus() {
    bus.put("Something Happened", Map.of("replicationJobId", "sms-job-0000000a", "b", "c"));

    assertThat(eventBridge.put)
        .containsExactly(
            PutEventsRequestEntry.builder()
                .source("drover")
                .detailType("Something Happened")
                .detail("{\"b\":\"c\",\"replicationJobId\":\"sms-job-0000000a\"}")
                .build());
  }

  /** PutEvents answers 200 with a count of entries that were not taken. */
  @Test
  void put_entryIsNotTaken_isAFailure() {
    eventBridge.refuses = true;

    assertThatThrownBy(() -> bus.put("Something Happened", Map.of()))
        .isInstanceOf(TransientException.class)
        .hasMessage("EventBridge did not take the event 'Something Happened': slow down");
  }

  private static final class FakeEventBridge implements EventBridgeClient {
    private final List<PutEventsRequestEntry> put = new ArrayList<>();
    private boolean refuses;

    @Override
    public PutEventsResponse putEvents(PutEventsRequest request) {
      if (refuses) {
        return PutEventsResponse.builder()
            .failedEntryCount(1)
            .entries(
                List.of(
                    PutEventsResultEntry.builder()
                        .errorCode("ThrottlingException")
                        .errorMessage("slow down")
                        .build()))
            .build();
      }
      put.addAll(request.entries());
      return PutEventsResponse.builder().failedEntryCount(0).build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
