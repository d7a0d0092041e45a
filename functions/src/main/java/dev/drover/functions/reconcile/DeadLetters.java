package dev.drover.functions.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.drover.functions.account.Queues;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.State;
import dev.drover.protocol.Shortened;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads the queues of what could not be done. News of S3 is sent again, because whoever gets it
 * twice does nothing the second time: three times, an hour apart, then it is left for people. What
 * cannot be sent again safely, or is done again by a loop of its own, is told in the log and taken
 * out, so that an alarm means that something still stands.
 */
final class DeadLetters {
  /** How often a message was sent again. */
  private static final String REDRIVEN = "droverRedriven";

  private static final int MOST_REDRIVEN = 3;

  /** Of a queue in a call: what is more waits for the next. */
  private static final int MOST_MESSAGES = 1_000;

  private static final int MAX_SHOWN_CHARS = 500;
  private static final String DEAD = "-dead";
  private static final JsonMapper JSON = new JsonMapper();

  private final State state;
  private final Queues queues;
  private final Names names;
  private final EventLog log;

  DeadLetters(State state, Queues queues, Names names, EventLog log) {
    this.state = state;
    this.queues = queues;
    this.names = names;
    this.log = log;
  }

  /**
   * Where the queues are. Those of a kind are named by a prefix and what they are for, their dead
   * letters by {@code -dead} behind it.
   *
   * @param failedCallsUrl of calls of functions that Lambda gave up
   */
  record Names(
      String segmentPrefix,
      String taskPrefix,
      String reportUrl,
      String reportDeadUrl,
      String failedCallsUrl) {}

  /** How many messages were sent again, are left for people, and were told and taken out. */
  record Count(int redriven, int left, int told) {
    private static final Count NONE = new Count(0, 0, 0);
    private static final Count REDRIVEN = new Count(1, 0, 0);
    private static final Count LEFT = new Count(0, 1, 0);
    private static final Count TOLD = new Count(0, 0, 1);

    private int all() {
      return redriven + left + told;
    }

    Count plus(Count other) {
      return new Count(redriven + other.redriven, left + other.left, told + other.told);
    }
  }

  /** Reads all of them. */
  Count read() {
    List<Connector> connectors = state.connectors().list().toList();
    Count count = redrive("reports", names.reportDeadUrl(), names.reportUrl());
    for (String environment :
        connectors.stream().map(it -> it.environment().value()).distinct().sorted().toList()) {
      String queue = names.segmentPrefix() + environment;
      Optional<String> dead = queues.findUrl(queue + DEAD);
      Optional<String> source = queues.findUrl(queue);
      if (dead.isPresent() && source.isPresent()) {
        count = count.plus(redrive("segments-" + environment, dead.get(), source.get()));
      }
    }
    for (Connector connector : connectors) {
      Optional<String> dead = queues.findUrl(names.taskPrefix() + connector.id() + DEAD);
      if (dead.isPresent()) {
        count = count.plus(tell(dead.get(), body -> tellTask(connector, body)));
      }
    }
    count = count.plus(tell(names.failedCallsUrl(), this::tellCall));
    if (!count.equals(Count.NONE)) {
      log.event(
          "dead-letters-read",
          Map.of("redriven", count.redriven(), "left", count.left(), "told", count.told()));
    }
    return count;
  }

  private Count redrive(String kind, String deadUrl, String sourceUrl) {
    return each(
        deadUrl,
        message -> {
          long times = message.numbers().getOrDefault(REDRIVEN, 0L);
          boolean isPoison = times >= MOST_REDRIVEN;
          if (!isPoison) {
            queues.send(sourceUrl, message.body(), 0, Map.of(REDRIVEN, times + 1));
            queues.delete(deadUrl, message.receipt());
          }
          log.event(
              isPoison ? "dead-letter-left" : "dead-letter-redriven",
              Map.of(
                  "queue",
                  kind,
                  "times",
                  times,
                  "message",
                  Shortened.to(message.body(), MAX_SHOWN_CHARS)));
          return isPoison ? Count.LEFT : Count.REDRIVEN;
        });
  }

  private Count tell(String deadUrl, Consumer<JsonNode> teller) {
    return each(
        deadUrl,
        message -> {
          teller.accept(tree(message.body()));
          queues.delete(deadUrl, message.receipt());
          return Count.TOLD;
        });
  }

  /** Does that with each message of a queue, as many as there may be in a call. */
  private Count each(String deadUrl, Function<Queues.Received, Count> work) {
    Count count = Count.NONE;
    List<Queues.Received> messages = queues.receive(deadUrl);
    while (!messages.isEmpty()) {
      for (Queues.Received message : messages) {
        count = count.plus(work.apply(message));
      }
      messages = count.all() < MOST_MESSAGES ? queues.receive(deadUrl) : List.of();
    }
    return count;
  }

  /**
   * A task that its connector could not take. Its token may be another's by now: whoever waits for
   * it has handed it out anew. The token is no business of the log.
   */
  private void tellTask(Connector connector, JsonNode task) {
    Map<String, Object> fields = new HashMap<>();
    fields.put("connectorId", connector.id());
    fields.put("type", task.path("type").asText());
    fields.put("run", task.at("/runId").asText());
    log.event("dead-task", fields);
  }

  /** A call that Lambda gave up; all of these are done again each hour, see the decisions. */
  private void tellCall(JsonNode call) {
    log.event(
        "dead-call",
        Map.of(
            "function", call.at("/requestContext/functionArn").asText(),
            "why", call.at("/requestContext/condition").asText(),
            "error", call.at("/responsePayload/errorType").asText(),
            "message",
                Shortened.to(call.at("/responsePayload/errorMessage").asText(), MAX_SHOWN_CHARS)));
  }

  private static JsonNode tree(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
