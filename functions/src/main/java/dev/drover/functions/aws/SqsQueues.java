package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Queues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** {@link Queues} over SQS. */
public final class SqsQueues implements Queues {
  private static final List<QueueAttributeName> COUNTS =
      List.of(
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);

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
    return MessageAttributeValue.builder()
        .dataType("Number")
        .stringValue(number.toString())
        .build();
  }
}
