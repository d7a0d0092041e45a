package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Connector;
import dev.drover.functions.world.World;
import org.junit.jupiter.api.Test;

final class ConnectorOperationsTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  @Test
  void getConnectors_folder_hasNoManagerType() {
    JsonNode connectors = api.ok("GetConnectors", "{}").get("connectorList");

    assertThat(connectors)
        .containsExactly(
            TestApi.json(
                """
                {"connectorId": "%s", "version": "0.1.0", "status": "HEALTHY",
                 "capabilityList": [], "vmManagerName": "site", "vmManagerId": "site",
                 "ipAddress": "10.0.0.5", "associatedOn": 1795442400.250}
                """
                    .formatted(World.CONNECTOR)));
  }

  @Test
  void getConnectors_silentForFiveMinutes_isUnhealthy() {
    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(api.ok("GetConnectors", "{}").at("/connectorList/0/status").asText())
        .isEqualTo("UNHEALTHY");
  }
}
