package dev.drover.functions.api.drover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.JsonBody;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Page;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What callers can learn of connectors: what SMS's GetConnectors has no member for, above all the
 * sentences on what a connector could not take into the catalog.
 */
final class ConnectorOperations {
  /** A connector with all its problems is 20 KB; Lambda answers with 6 MB at most. */
  private static final int MAX_RESULTS = 200;

  private static final PageToken PAGES = new PageToken("Drover_V1.GetConnectors");

  private final State state;
  private final InstantSource clock;

  ConnectorOperations(State state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  Map<String, Operation> operations() {
    return Map.of("GetConnectors", this::getConnectors);
  }

  /** Connectors by id, also one that has not registered yet. */
  private String getConnectors(String body, Caller caller) {
    JsonNode request = JsonBody.read(body);
    Integer wanted = JsonBody.integer(request, "maxResults");
    Page<Connector> page =
        Page.of(
            state
                .connectors()
                .listAfter(PAGES.read(JsonBody.text(request, "nextToken")))
                .filter(connector -> !connector.disassociated()),
            wanted,
            MAX_RESULTS,
            PAGES,
            connector -> connector.id().value());
    Instant now = clock.instant();
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode connectors = answer.putArray("connectors");
    page.items().forEach(connector -> connectors.add(view(connector, now)));
    put(answer, "nextToken", page.nextToken());
    return answer.toString();
  }

  private static ObjectNode view(Connector connector, Instant now) {
    ObjectNode view =
        JsonNodeFactory.instance
            .objectNode()
            .put("connectorId", connector.id().value())
            .put("environment", connector.environment().value());
    Connector.Registration registration = connector.registration();
    if (registration != null) {
      view.put("version", registration.version()).put("sourceType", registration.sourceType());
    }
    view.put("status", connector.isHealthy(now) ? "HEALTHY" : "UNHEALTHY");
    Connector.Arrival newest = connector.newest();
    if (newest != null) {
      view.set("lastSeen", JsonBody.time(newest.time()));
      view.put("clockSkewSeconds", newest.clockSkew().toSeconds());
    }
    Connector.Load load = connector.load();
    if (load != null) {
      view.put("slots", load.slots())
          .put("activeTasks", load.activeTasks())
          .put("queuedTasks", load.queuedTasks());
    }
    texts(view.putArray("troubles"), connector.troubles(now));
    texts(view.putArray("problems"), connector.problems().sentences());
    return view.put("problemCount", connector.problems().count());
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private static void put(ObjectNode object, String name, @Nullable String text) {
    if (text != null) {
      object.put(name, text);
    }
  }
}
