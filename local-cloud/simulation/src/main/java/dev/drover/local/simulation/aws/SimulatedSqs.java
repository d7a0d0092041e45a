package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesResponse;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** A process's client of the queues. */
final class SimulatedSqs implements SqsClient {
  private static final String SERVICE = "sqs";

  /**
   * In bytes, and what a queue gives in one answer.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html">
   *     quotas</a>, of which the size is the one that Drover holds to
   */
  private static final int MAX_MESSAGE_BYTES = 256 << 10;

  private static final int MAX_RECEIVED = 10;

  private final Simulation simulation;
  private final Queues queues;
  private final Line line;

  SimulatedSqs(Simulation simulation, Queues queues, Line line) {
    this.simulation = simulation;
    this.queues = queues;
    this.line = line;
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    int size = request.messageBody().getBytes(StandardCharsets.UTF_8).length;
    if (size > MAX_MESSAGE_BYTES) {
      throw refusal(
          "InvalidParameterValue", "One or more parameters are invalid: " + size + " bytes");
    }
    Duration delay =
        Duration.ofSeconds(request.delaySeconds() == null ? 0 : request.delaySeconds());
    return line.call(
        SERVICE,
        "SendMessage",
        name(request.queueUrl()),
        () ->
            SendMessageResponse.builder()
                .messageId(
                    queues.send(
                        request.queueUrl(),
                        request.messageBody(),
                        delay,
                        request.messageAttributes()))
                .build());
  }

  @Override
  public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
    return line.call(
        SERVICE,
        "GetQueueUrl",
        request.queueName(),
        () ->
            GetQueueUrlResponse.builder()
                .queueUrl(
                    queues
                        .find(request.queueName())
                        .orElseThrow(
                            () ->
                                QueueDoesNotExistException.builder()
                                    .statusCode(400)
                                    .message("The specified queue does not exist.")
                                    .awsErrorDetails(
                                        AwsErrorDetails.builder()
                                            .errorCode("AWS.SimpleQueueService.NonExistentQueue")
                                            .errorMessage("The specified queue does not exist.")
                                            .build())
                                    .build()))
                .build());
  }

  @Override
  public GetQueueAttributesResponse getQueueAttributes(GetQueueAttributesRequest request) {
    return line.call(
        SERVICE,
        "GetQueueAttributes",
        name(request.queueUrl()),
        () ->
            GetQueueAttributesResponse.builder()
                .attributes(queues.counts(request.queueUrl()))
                .build());
  }

  /** A long poll is many short ones with somebody else's time between them. */
  @Override
  public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
    int most = request.maxNumberOfMessages() == null ? 1 : request.maxNumberOfMessages();
    if (most < 1 || most > MAX_RECEIVED) {
      throw refusal("ReadCountOutOfRange", "Value " + most + " is invalid. Must be >= 1 and <= 10");
    }
    int wait = request.waitTimeSeconds() == null ? 0 : request.waitTimeSeconds();
    Instant end = simulation.instant().plusSeconds(wait);
    while (true) {
      CompletableFuture<Boolean> arrival = queues.nextArrival(request.queueUrl());
      List<Queues.Delivery> received =
          line.call(
              SERVICE,
              "ReceiveMessage",
              name(request.queueUrl()),
              () -> queues.receive(request.queueUrl(), most));
      Duration left = Duration.between(simulation.instant(), end);
      if (!received.isEmpty() || !left.isPositive() || !simulation.await(arrival, left)) {
        return ReceiveMessageResponse.builder()
            .messages(received.stream().map(SimulatedSqs::message).toList())
            .build();
      }
    }
  }

  @Override
  public DeleteMessageResponse deleteMessage(DeleteMessageRequest request) {
    return line.call(
        SERVICE,
        "DeleteMessage",
        name(request.queueUrl()),
        () -> {
          queues.delete(request.queueUrl(), request.receiptHandle());
          return DeleteMessageResponse.builder().build();
        });
  }

  private static AwsServiceException refusal(String code, String message) {
    return SqsException.builder()
        .statusCode(400)
        .message(message)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .build();
  }

  private static Message message(Queues.Delivery delivery) {
    return Message.builder()
        .messageId(delivery.message().id)
        .body(delivery.message().body)
        .receiptHandle(delivery.receipt())
        .messageAttributes(delivery.message().attributes)
        .build();
  }

  private static String name(String url) {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
