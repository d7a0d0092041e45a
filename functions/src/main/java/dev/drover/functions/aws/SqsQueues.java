package dev.drover.functions.aws;

import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** {@link Queues} over SQS. */
public final class SqsQueues implements Queues {
  private final SqsClient sqs;

  /** Over this client. */
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
    sqs.sendMessage(
        send ->
            send.queueUrl(queueUrl)
                .messageBody(body)
                .delaySeconds(delaySeconds)
                .messageAttributes(attributes));
  }

  @Override
  public String urlOf(String queueName) {
    return sqs.getQueueUrl(get -> get.queueName(queueName)).queueUrl();
  }

  private static MessageAttributeValue numberValue(Long number) {
    return MessageAttributeValue.builder()
        .dataType("Number")
        .stringValue(number.toString())
        .build();
  }
}
