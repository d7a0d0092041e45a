package dev.drover.connector.aws;

import dev.drover.connector.agent.ServiceUnavailableException;
import dev.drover.connector.agent.TaskQueue;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The connector's queue in SQS. */
public final class SqsTaskQueue implements TaskQueue {
  /** The most that SQS gives at once. */
  private static final int MAX_MESSAGES = 10;

  private final SqsClient sqs;
  private final String queueUrl;

  public SqsTaskQueue(SqsClient sqs, URI queueUrl) {
    this.sqs = sqs;
    this.queueUrl = queueUrl.toString();
  }

  @Override
  public List<Message> receive(Duration atMost) {
    try {
      return sqs
          .receiveMessage(
              receive ->
                  receive
                      .queueUrl(queueUrl)
                      .maxNumberOfMessages(MAX_MESSAGES)
                      .waitTimeSeconds(Math.toIntExact(atMost.toSeconds())))
          .messages()
          .stream()
          .map(SqsTaskQueue::message)
          .toList();
    } catch (SdkException e) {
      throw failure("sqs:ReceiveMessage", e);
    }
  }

  @Override
  public void delete(Message message) {
    try {
      sqs.deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receipt()));
    } catch (SdkException e) {
      throw failure("sqs:DeleteMessage", e);
    }
  }

  private static Message message(software.amazon.awssdk.services.sqs.model.Message message) {
    return new Message(
        String.valueOf(message.messageId()),
        String.valueOf(message.body()),
        String.valueOf(message.receiptHandle()));
  }

  private ServiceUnavailableException failure(String action, SdkException e) {
    return new ServiceUnavailableException(
        AwsTrouble.of(AwsTrouble.Call.onQueue(action, queueUrl), e).sentence(), e);
  }
}
