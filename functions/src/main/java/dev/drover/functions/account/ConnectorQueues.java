package dev.drover.functions.account;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.util.Map;
import java.util.Optional;

/** The task queues of the connectors; each has one, named by its id. */
public final class ConnectorQueues {
  private final Queues queues;
  private final String namePrefix;

  /** Queues whose names begin so. */
  public ConnectorQueues(Queues queues, String namePrefix) {
    this.queues = queues;
    this.namePrefix = namePrefix;
  }

  /** A connector's queue; empty when the connector is not declared to the stack any more. */
  public Optional<String> url(ConnectorId connectorId) {
    return queues.findUrl(namePrefix + connectorId);
  }

  /** Sends a task; tells whether the connector has a queue to send it to. */
  public boolean send(ConnectorId connectorId, ConnectorTask task) {
    Optional<String> url = url(connectorId);
    url.ifPresent(queue -> queues.send(queue, MessageJson.writeText(task), 0, Map.of()));
    return url.isPresent();
  }
}
