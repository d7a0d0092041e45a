package dev.drover.functions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueUrlResponse;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** Queues by name, with the bodies of their messages. */
public final class FakeSqs implements SqsClient {
  private static final String URL = "http://127.0.0.1/";

  /** The queues that there are. */
  public final Map<String, List<String>> queues = new HashMap<>();

  @Override
  public GetQueueUrlResponse getQueueUrl(GetQueueUrlRequest request) {
    if (!queues.containsKey(request.queueName())) {
      throw QueueDoesNotExistException.builder().message(request.queueName()).build();
    }
    return GetQueueUrlResponse.builder().queueUrl(URL + request.queueName()).build();
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    queues
        .computeIfAbsent(request.queueUrl().substring(URL.length()), name -> new ArrayList<>())
        .add(request.messageBody());
    return SendMessageResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
