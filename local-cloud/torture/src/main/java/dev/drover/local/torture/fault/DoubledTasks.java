package dev.drover.local.torture.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.site.TorturedCloud;
import dev.drover.local.torture.wire.Witness;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every task comes twice: to the same process, or to a second one that has the same name and a
 * state folder of its own.
 */
final class DoubledTasks implements Fault {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TorturedCloud cloud;
  private final Connector connector;
  private final boolean toTwins;
  private final Set<String> doubled = ConcurrentHashMap.newKeySet();
  private final Witness witness;

  DoubledTasks(TorturedCloud cloud, Connector connector, boolean toTwins) {
    this.cloud = cloud;
    this.connector = connector;
    this.toTwins = toTwins;
    this.witness =
        (call, body, _, answer) -> {
          if (call.is("ReceiveMessage")) {
            again(body, answer);
          }
        };
  }

  private void again(byte[] request, byte[] answer) {
    try {
      String queueUrl = JSON.readTree(request).path("QueueUrl").asText();
      for (JsonNode message : JSON.readTree(answer).path("Messages")) {
        String body = message.path("Body").asText();
        if (body.contains("taskToken") && doubled.add(body)) {
          cloud.account().sqs().sendMessage(send -> send.queueUrl(queueUrl).messageBody(body));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("SQS speaks JSON", e);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void begin() {
    if (toTwins) {
      connector.startTwin();
    }
    connector.proxy().watch(witness);
  }

  @Override
  public void heal() {
    connector.proxy().unwatch(witness);
    if (toTwins) {
      connector.stopTwin();
    }
  }

  @Override
  public int strikes() {
    return doubled.size();
  }
}
