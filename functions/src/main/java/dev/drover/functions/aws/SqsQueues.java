package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Queues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;

/** {@link Queues} over SQS. */
public final class SqsQueues implements Queues {
  private static final List<QueueAttributeName> COUNTS =
      List.of(
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);

  private static final String NUMBER = "Number";

  /** SQS's own limit. */
  private static final int MOST_AT_ONCE = 10;

  private final SqsClient sqs;

  public SqsQueues(SqsClient sqs) {
    this.sqs = sqs;
  }

  @Override
  public void send(String queueUrl, String body, int delaySeconds, Map<String, Long> numbers) {
    Map<String, MessageAttributeValue> attributes =
        numbers.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, number -> numberValue(number.getValue())));
    translated(
        () ->
            sqs.sendMessage(
                send ->
                    send.queueUrl(queueUrl)
                        .messageBody(body)
                        .delaySeconds(delaySeconds)
                        .messageAttributes(attributes)));
  }

  @Override
  public long count(String queueUrl) {
    return translated(
        () ->
            sqs
                .getQueueAttributes(get -> get.queueUrl(queueUrl).attributeNames(COUNTS))
                .attributes()
                .values()
                .stream()
                .mapToLong(Long::parseLong)
                .sum());
  }

  @Override
  public List<Received> receive(String queueUrl) {
    return translated(
        () ->
            sqs
                .receiveMessage(
                    get ->
                        get.queueUrl(queueUrl)
                            .maxNumberOfMessages(MOST_AT_ONCE)
                            .messageAttributeNames("All"))
                .messages()
                .stream()
                .map(SqsQueues::received)
                .toList());
  }

  private static Received received(Message message) {
    Map<String, Long> numbers = new HashMap<>();
    message
        .messageAttributes()
        .forEach(
            (name, value) -> {
              if (NUMBER.equals(value.dataType())) {
                numbers.put(name, Long.valueOf(value.stringValue()));
              }
            });
    return new Received(message.body(), numbers, message.receiptHandle());
  }

  @Override
  public void delete(String queueUrl, String receipt) {
    translated(
        () -> {
          try {
            return sqs.deleteMessage(it -> it.queueUrl(queueUrl).receiptHandle(receipt));
          } catch (ReceiptHandleIsInvalidException e) {
            // SQS takes a receipt twice; who does not, has nothing of it any more.
            return DeleteMessageResponse.builder().build();
          }
        });
  }

  @Override
  public Optional<String> findUrl(String queueName) {
    return translated(() -> foundUrl(queueName));
  }

  private Optional<String> foundUrl(String queueName) {
    try {
      return Optional.of(sqs.getQueueUrl(get -> get.queueName(queueName)).queueUrl());
    } catch (QueueDoesNotExistException e) {
      return Optional.empty();
    }
  }

  private static MessageAttributeValue numberValue(Long number) {
    return MessageAttributeValue.builder().dataType(NUMBER).stringValue(number.toString()).build();
  }
}
