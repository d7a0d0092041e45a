package dev.drover.functions.api.drover;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Connector;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConnectorOperationsTest {
  private static final String TARGET = "Drover_V1.GetConnectors";

  private final TestApi api = new TestApi();
  private final World world = api.world;

  private APIGatewayProxyResponseEvent send(String body) {
    return api.send(TestApi.event(Map.of("X-Amz-Target", TARGET), body));
  }

  private JsonNode ok(String body) {
    APIGatewayProxyResponseEvent response = send(body);
    assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
    return TestApi.json(response.getBody());
  }

  @Test
  void getConnectors_healthyOne_isShownWithLoadSkewAndProblems() {
    world.skewClock(World.CONNECTOR, Duration.ofSeconds(-2));
    world.pass(Duration.ofSeconds(1));
    world.see(World.CONNECTOR, 1, 0);
    world
        .state
        .connectors()
        .inventoried(
            world.origin(World.CONNECTOR),
            world.instant(),
            Connector.Problems.of(List.of("db: data.img is a qcow2 image.")));

    assertThat(ok("{}"))
        .isEqualTo(
            TestApi.json(
                """
                {"connectors": [
                  {"connectorId": "%s", "environment": "site", "version": "0.1.0",
                   "sourceType": "folder", "status": "HEALTHY", "lastSeen": 1795442401.250,
                   "clockSkewSeconds": -2, "slots": 2, "activeTasks": 1, "queuedTasks": 0,
                   "troubles": [], "problems": ["db: data.img is a qcow2 image."],
                   "problemCount": 1}]}
                """
                    .formatted(World.CONNECTOR)));
  }

  @Test
  void getConnectors_silentWithAWrongClock_saysWhatIsWrong() {
    world.skewClock(World.CONNECTOR, Duration.ofDays(10));
    world.pass(Duration.ofSeconds(1));
    world.see(World.CONNECTOR);
    world.pass(Connector.HEALTHY_WITHIN);

    JsonNode connector = ok("").at("/connectors/0");

    assertThat(connector.get("status").asText()).isEqualTo("UNHEALTHY");
    assertThat(connector.get("clockSkewSeconds").asLong()).isEqualTo(864_000);
    assertThat(connector.get("troubles").toString())
        .contains("last heard of", "The clock of connector");
  }

  @Test
  void getConnectors_notRegisteredYet_isShownAllTheSame() {
    ConnectorId second = ConnectorId.declared(World.SITE, "site-2");
    world.see(second);

    JsonNode connectors = ok("{}").get("connectors");

    assertThat(connectors).hasSize(2);
    assertThat(connectors.findValuesAsText("version")).hasSize(1);
  }

  @Test
  void getConnectors_several_arePaged() {
    List<String> ids = new ArrayList<>(List.of(World.CONNECTOR.value()));
    for (int number = 2; number <= 5; number++) {
      ConnectorId id = ConnectorId.declared(World.SITE, "site-" + number);
      world.see(id);
      ids.add(id.value());
    }
    JsonNode first = ok("{\"maxResults\": 3, \"unknown\": 1}");
    JsonNode rest = ok(TestApi.quoted("nextToken", first.get("nextToken").asText()));

    List<String> shown = new ArrayList<>(first.get("connectors").findValuesAsText("connectorId"));
    assertThat(shown).hasSize(3);
    shown.addAll(rest.get("connectors").findValuesAsText("connectorId"));
    assertThat(shown).containsExactlyElementsOf(ids.stream().sorted().toList());
    assertThat(rest.has("nextToken")).isFalse();
  }

  @Test
  void getConnectors_wrongRequests_areRefusedAsThoseOfSms() {
    assertThat(send("{").getBody()).contains("SerializationException");
    assertThat(send("[]").getBody()).contains("SerializationException");
    assertThat(send("{\"maxResults\": \"3\"}").getBody()).contains("SerializationException");
    assertThat(send("{\"nextToken\": 3}").getBody()).contains("SerializationException");
    assertThat(send("{\"maxResults\": 0}").getBody()).contains("InvalidParameterException");
    assertThat(send("{\"nextToken\": \"4\"}").getBody()).contains("InvalidParameterException");
  }
}
