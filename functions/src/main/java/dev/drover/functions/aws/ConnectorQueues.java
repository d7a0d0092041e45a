package dev.drover.functions.aws;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** The task queues of the connectors; each has one, named by its id. */
public final class ConnectorQueues {
  private final SqsClient sqs;
  private final String namePrefix;

  /** Queues whose names begin so. */
  public ConnectorQueues(SqsClient sqs, String namePrefix) {
    this.sqs = sqs;
    this.namePrefix = namePrefix;
  }

  /** A connector's queue; empty when the connector is not declared to the stack any more. */
  public Optional<String> url(ConnectorId connectorId) {
    try {
      return Optional.of(
          sqs.getQueueUrl(get -> get.queueName(namePrefix + connectorId)).queueUrl());
    } catch (QueueDoesNotExistException e) {
      return Optional.empty();
    }
  }

  /** Sends a task; tells whether the connector has a queue to send it to. */
  public boolean send(ConnectorId connectorId, ConnectorTask task) {
    Optional<String> url = url(connectorId);
    url.ifPresent(
        queue ->
            sqs.sendMessage(send -> send.queueUrl(queue).messageBody(MessageJson.writeText(task))));
    return url.isPresent();
  }
}
