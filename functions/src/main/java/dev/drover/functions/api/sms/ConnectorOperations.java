package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.InvalidMessageException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sms.model.DisassociateConnectorRequest;
import software.amazon.awssdk.services.sms.model.DisassociateConnectorResponse;
import software.amazon.awssdk.services.sms.model.GetConnectorsRequest;
import software.amazon.awssdk.services.sms.model.GetConnectorsResponse;

/** What callers can do with connectors. */
public final class ConnectorOperations {
  private final State state;
  private final InstantSource clock;
  private final JobLookup lookup;

  public ConnectorOperations(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
    this.lookup = new JobLookup(state, clock);
  }

  Map<String, Operation> operations() {
    return Map.of(
        "GetConnectors",
        Operation.of(
            GetConnectorsRequest::builder, GetConnectorsRequest.class, this::getConnectors),
        "DisassociateConnector",
        Operation.of(
            DisassociateConnectorRequest::builder,
            DisassociateConnectorRequest.class,
            this::disassociate));
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

  /**
   * A connector gets no more tasks. Not while a run is at it: the run would wait for whom nobody
   * expects back. One that was disassociated before stays so.
   */
  private DisassociateConnectorResponse disassociate(
      DisassociateConnectorRequest request, Caller caller) {
    ConnectorId id = id(Parameters.required("connectorId", request.connectorId()));
    Connector connector = state.connectors().find(id).orElseThrow(() -> unknown(id.value()));
    if (!connector.disassociated()) {
      runAt(id)
          .ifPresent(
              run -> {
                throw ApiError.NOT_PERMITTED.because(
                    "Connector "
                        + id
                        + " is at work for run "
                        + run.id()
                        + " of replication job "
                        + run.jobId()
                        + ": wait for its end, or delete the job.");
              });
      state.connectors().disassociate(id);
    }
    return DisassociateConnectorResponse.builder().build();
  }

  private Optional<Run> runAt(ConnectorId id) {
    return state
        .jobs()
        .list()
        .flatMap(job -> lookup.runAtWork(job).stream())
        .filter(run -> !run.state().isEnded() && id.equals(run.handOver().connectorId()))
        .findFirst();
  }

  private static ConnectorId id(String text) {
    try {
      return new ConnectorId(text);
    } catch (InvalidMessageException e) {
      throw unknown(text);
    }
  }

  private static ApiException unknown(String connectorId) {
    return ApiError.INVALID_PARAMETER.because(
        "There is no connector " + connectorId + ": GetConnectors lists those that there are.");
  }
}
