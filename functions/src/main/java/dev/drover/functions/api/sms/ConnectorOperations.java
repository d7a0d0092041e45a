package dev.drover.functions.api.sms;

import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.services.sms.model.GetConnectorsRequest;
import software.amazon.awssdk.services.sms.model.GetConnectorsResponse;

/** What callers can do with connectors. */
public final class ConnectorOperations {
  private final State state;
  private final InstantSource clock;

  public ConnectorOperations(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  Map<String, Operation> operations() {
    return Map.of(
        "GetConnectors",
        Operation.of(
            GetConnectorsRequest::builder, GetConnectorsRequest.class, this::getConnectors));
  }

  /** Connectors by id. One that has sent a status but no registration yet is not shown. */
  private GetConnectorsResponse getConnectors(GetConnectorsRequest request, Caller caller) {
    Instant now = clock.instant();
    PageToken token = new PageToken("GetConnectors");
    Page<software.amazon.awssdk.services.sms.model.Connector> page =
        Page.of(
            state
                .connectors()
                .listAfter(token.read(request.nextToken()))
                .filter(connector -> !connector.disassociated())
                .<software.amazon.awssdk.services.sms.model.Connector>mapMulti(
                    (connector, shown) -> {
                      Connector.Registration registration = connector.registration();
                      if (registration != null) {
                        shown.accept(ConnectorView.of(connector, registration, now));
                      }
                    }),
            request.maxResults(),
            token,
            software.amazon.awssdk.services.sms.model.Connector::connectorId);
    return GetConnectorsResponse.builder()
        .connectorList(page.items())
        .nextToken(page.nextToken())
        .build();
  }
}
