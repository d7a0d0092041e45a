package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.JobId;
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

  @Test
  void disassociateConnector_takesItFromTheListAndFromJobs() {
    String connector = TestApi.quoted("connectorId", World.CONNECTOR.value());

    assertThat(api.ok("DisassociateConnector", connector)).isEmpty();

    assertThat(api.ok("GetConnectors", "{}").get("connectorList")).isEmpty();
    assertThat(api.error("CreateReplicationJob", TestApi.CREATE_JOB))
        .isEqualTo("NoConnectorsAvailableException");
    assertThat(api.error("ImportServerCatalog", "{}")).isEqualTo("NoConnectorsAvailableException");
    // A client that lost the answer asks again.
    assertThat(api.ok("DisassociateConnector", connector)).isEmpty();
  }

  @Test
  void disassociateConnector_atARun_isNotPermittedUntilItsEnd() {
    String connector = TestApi.quoted("connectorId", World.CONNECTOR.value());
    JobId job = new JobId(api.createJob());
    RunReference run = world.begin(job);
    world.state.runs().handOver(world.run(run), World.CONNECTOR, 1, null);

    assertThat(api.send("DisassociateConnector", connector).getBody())
        .contains("OperationNotPermittedException", run.runId().value());

    world.publish(job, "ami-1");
    assertThat(api.ok("DisassociateConnector", connector)).isEmpty();
  }

  @Test
  void disassociateConnector_unknownOrMissing_isRefused() {
    assertThat(api.error("DisassociateConnector", "{}"))
        .isEqualTo("MissingRequiredParameterException");
    assertThat(api.error("DisassociateConnector", TestApi.quoted("connectorId", "no id")))
        .isEqualTo("InvalidParameterException");
    assertThat(
            api.error(
                "DisassociateConnector",
                TestApi.quoted("connectorId", ConnectorId.declared(World.SITE, "site-9").value())))
        .isEqualTo("InvalidParameterException");
  }
}
