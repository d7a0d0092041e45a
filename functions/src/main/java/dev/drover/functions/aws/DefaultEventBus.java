package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.EventBus;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.message.MessageJson;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/** {@link EventBus} over EventBridge: the account's default bus, source {@code drover}. */
public final class DefaultEventBus implements EventBus {
  /** What rules of a customer match; names that begin with {@code aws.} are AWS's own. */
  public static final String SOURCE = "drover";

  private final EventBridgeClient eventBridge;

  public DefaultEventBus(EventBridgeClient eventBridge) {
    this.eventBridge = eventBridge;
  }

  @Override
  public void put(String type, Map<String, String> detail) {
    PutEventsRequestEntry entry =
        PutEventsRequestEntry.builder()
            .source(SOURCE)
            .detailType(type)
            .detail(MessageJson.writeText(new TreeMap<>(detail)))
            .build();
    PutEventsResponse answer = translated(() -> eventBridge.putEvents(put -> put.entries(entry)));
    // An entry that was not taken is no error to the SDK.
    if (answer.failedEntryCount() != null && answer.failedEntryCount() > 0) {
      throw new TransientException(
          "EventBridge did not take the event '"
              + type
              + "': "
              + answer.entries().getFirst().errorMessage());
    }
  }
}
