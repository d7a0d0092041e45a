package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerOperationsTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  @Test
  void getServers_beforeImport_isEmptyButAnswers() {
    JsonNode servers = api.ok("GetServers", "{}");

    assertThat(servers.get("serverCatalogStatus").asText()).isEqualTo("NOT_IMPORTED");
    assertThat(servers.get("lastModifiedOn").isNumber()).isTrue();
    assertThat(servers.get("serverList")).isEmpty();
    assertThat(servers.get("serverList").isArray()).isTrue();
  }

  @Test
  void importServerCatalog_asksHealthyConnectorsAgainAndAgain() {
    ConnectorId silent = ConnectorId.declared(World.SITE, "site-2");
    world.register(silent);
    world.pass(Connector.HEALTHY_WITHIN);
    world.see(World.CONNECTOR);

    assertThat(api.ok("ImportServerCatalog", "{}")).isEmpty();
    api.ok("ImportServerCatalog", "{}");

    assertThat(api.ok("GetServers", "{}").get("serverCatalogStatus").asText())
        .isEqualTo("IMPORTING");
    assertThat(api.tasks()).hasSize(2);
    assertThat(TestApi.json(api.tasks().getFirst()).get("type").asText()).isEqualTo("inventory");
    assertThat(world.queues.bodies(World.TASK_QUEUES + silent)).isEmpty();
  }

  @Test
  void importServerCatalog_noHealthyConnector_isRefusedAndChangesNothing() {
    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(api.error("ImportServerCatalog", "{}")).isEqualTo("NoConnectorsAvailableException");
    assertThat(world.state.catalog().get().status()).isEqualTo(Catalog.Status.NOT_IMPORTED);
  }

  @Test
  void getServers_filter_findsByManagerAndVm() {
    world.add(new ServerId("s-11111111"), "db");
    api.ok("ImportServerCatalog", "{}");

    JsonNode found =
        api.ok(
            "GetServers",
            "{\"vmServerAddressList\": [{\"vmManagerId\": \"site\", \"vmId\": \"db\"}]}");

    assertThat(found.get("serverList"))
        .containsExactly(
            TestApi.json(
                """
                {"serverId": "s-11111111", "serverType": "VIRTUAL_MACHINE",
                 "vmServer": {"vmServerAddress": {"vmManagerId": "site", "vmId": "db"},
                              "vmName": "db", "vmManagerName": "site"}}
                """));
    assertThat(api.error("GetServers", "{\"vmServerAddressList\": [{\"vmId\": \"db\"}]}"))
        .isEqualTo("InvalidParameterException");
  }

  @Test
  void getServers_addresses_areLookedUpAndNotSearchedFor() {
    for (int i = 0; i < 1_000; i++) {
      world.add(new ServerId("s-1111%04d".formatted(i)), "vm" + i);
    }
    world.state.catalog().importing(world.instant());
    world.state.catalog().imported(world.instant());
    long before = world.itemsRead();

    JsonNode found =
        api.ok(
            "GetServers",
            "{\"maxResults\": 1, \"vmServerAddressList\": [{\"vmManagerId\": \"site\", \"vmId\": \"vm998\"},"
                + " {\"vmManagerId\": \"site\", \"vmId\": \"vm7\"}, {\"vmManagerId\": \"site\","
                + " \"vmId\": \"none\"}, {\"vmManagerId\": \"No Such/Site\", \"vmId\": \"vm7\"}]}");

    assertThat(found.at("/serverList").findValuesAsText("serverId")).containsExactly("s-11110007");
    JsonNode rest =
        api.ok(
            "GetServers",
            "{\"nextToken\": \"%s\", \"vmServerAddressList\": [{\"vmManagerId\": \"site\", \"vmId\": \"vm998\"},"
                    .formatted(found.get("nextToken").asText())
                + " {\"vmManagerId\": \"site\", \"vmId\": \"vm7\"}, {\"vmManagerId\": \"site\","
                + " \"vmId\": \"none\"}, {\"vmManagerId\": \"No Such/Site\", \"vmId\": \"vm7\"}]}");
    assertThat(rest.at("/serverList").findValuesAsText("serverId")).containsExactly("s-11110998");
    assertThat(rest.has("nextToken")).isFalse();
    assertThat(world.itemsRead() - before).as("of a partition").isZero();
  }

  @Test
  void getServers_onePage_readsLittleMoreThanItShows() {
    for (int i = 0; i < 1_000; i++) {
      world.add(new ServerId("s-1111%04d".formatted(i)), "vm" + i);
    }
    world.state.catalog().importing(world.instant());
    world.state.catalog().imported(world.instant());
    long before = world.itemsRead();

    JsonNode page = api.ok("GetServers", "{}");

    assertThat(page.get("serverList")).hasSize(50);
    assertThat(world.itemsRead() - before).isLessThan(100);
  }

  @Test
  void getServers_pages_visitEachServerOnce() {
    for (int i = 0; i < 7; i++) {
      world.add(new ServerId("s-1111111" + i), "vm" + i);
    }
    api.ok("ImportServerCatalog", "{}");
    List<String> seen = new ArrayList<>();
    String body = "{\"maxResults\": 3}";
    int pages = 0;
    while (!body.isEmpty()) {
      JsonNode page = api.ok("GetServers", body);
      page.get("serverList").forEach(server -> seen.add(server.get("serverId").asText()));
      pages++;
      body =
          page.has("nextToken")
              ? "{\"maxResults\": 3, \"nextToken\": \"%s\"}"
                  .formatted(page.get("nextToken").asText())
              : "";
    }

    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(8).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void nextToken_tamperedOrOfAnotherOperation_isInvalid() {
    world.add(new ServerId("s-11111111"), "db");
    api.ok("ImportServerCatalog", "{}");
    String token = api.ok("GetServers", "{\"maxResults\": 1}").get("nextToken").asText();

    assertThat(api.error("GetServers", TestApi.quoted("nextToken", "x" + token.substring(1))))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GetServers", TestApi.quoted("nextToken", "§")))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GetConnectors", TestApi.quoted("nextToken", token)))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GetServers", "{\"maxResults\": 0}"))
        .isEqualTo("InvalidParameterException");
    assertThat(api.ok("GetServers", TestApi.quoted("nextToken", token)).has("nextToken")).isFalse();
  }

  @Test
  void deleteServerCatalog_hidesServersUntilTheyAreSeenAgain() {
    world.pass(Duration.ofSeconds(1));
    api.ok("ImportServerCatalog", "{}");

    assertThat(api.ok("DeleteServerCatalog", "{}")).isEmpty();

    JsonNode deleted = api.ok("GetServers", "{}");
    assertThat(deleted.get("serverCatalogStatus").asText()).isEqualTo("DELETED");
    assertThat(deleted.get("serverList")).isEmpty();
    assertThat(api.error("CreateReplicationJob", TestApi.CREATE_JOB))
        .isEqualTo("ServerCannotBeReplicatedException");
    assertThat(api.ok("DeleteServerCatalog", "{}")).isEmpty();

    world.pass(Duration.ofMinutes(1));
    world.see(World.CONNECTOR);
    api.ok("ImportServerCatalog", "{}");
    assertThat(api.ok("GetServers", "{}").get("serverList")).isEmpty();
    world.seeDisks(List.of(new TestDisk("root.img", 524_288)));
    assertThat(api.ok("GetServers", "{}").at("/serverList/0/serverId").asText())
        .isEqualTo("s-0a0b0c0d");
    assertThat(api.createJob()).startsWith("sms-job-");
  }

  @Test
  void getServers_noInventoryForSevenDays_isExpiredAndEmptyUntilOneComes() {
    api.ok("ImportServerCatalog", "{}");
    inventoryArrives();
    world.pass(Duration.ofDays(6));
    inventoryArrives();
    world.pass(Duration.ofDays(6));
    assertThat(api.ok("GetServers", "{}").get("serverList")).hasSize(1);

    world.pass(Duration.ofDays(1));

    JsonNode expired = api.ok("GetServers", "{}");
    assertThat(expired.get("serverCatalogStatus").asText()).isEqualTo("EXPIRED");
    assertThat(expired.get("serverList")).isEmpty();
    inventoryArrives();
    assertThat(api.ok("GetServers", "{}").get("serverCatalogStatus").asText())
        .isEqualTo("AVAILABLE");
    assertThat(api.ok("GetServers", "{}").get("serverList")).hasSize(1);
  }

  @Test
  void getServers_serverThatIsGone_isShownOnlyWhileItHasAJob() {
    api.ok("ImportServerCatalog", "{}");
    String jobId = api.createJob();
    Server server = world.state.servers().list().findFirst().orElseThrow();
    world.pass(Duration.ofMinutes(1));
    assertThat(world.state.servers().see(server.missedBy(World.CONNECTOR))).isTrue();
    assertThat(api.ok("GetServers", "{}").get("serverList")).hasSize(1);

    api.ok("DeleteReplicationJob", TestApi.quoted("replicationJobId", jobId));

    assertThat(api.ok("GetServers", "{}").get("serverList")).isEmpty();
    assertThat(api.send("CreateReplicationJob", TestApi.CREATE_JOB).getBody())
        .contains("ServerCannotBeReplicatedException", "finds it no longer");
  }

  @Test
  void getServers_vmIdThatNoServerCanHave_findsNone() {
    api.ok("ImportServerCatalog", "{}");

    assertThat(
            api.ok(
                    "GetServers",
                    "{\"vmServerAddressList\": [{\"vmManagerId\": \"site\", \"vmId\": \"%s\"}]}"
                        .formatted("l".repeat(2_000)))
                .get("serverList"))
        .isEmpty();
  }

  /** S3 tells the time of an inventory in whole seconds. */
  @Test
  void getServers_inventoryOfTheDeletionsOwnSecond_countsAsAfterIt() {
    Server server = world.state.servers().list().findFirst().orElseThrow();
    world.pass(Duration.ofMillis(1_700));
    api.ok("DeleteServerCatalog", "{}");
    api.ok("ImportServerCatalog", "{}");
    Instant second = world.instant().truncatedTo(ChronoUnit.SECONDS);
    assertThat(
            world
                .state
                .servers()
                .see(server.seenAs(server.machine(), "folder", World.CONNECTOR, second)))
        .isTrue();

    assertThat(api.ok("GetServers", "{}").get("serverList")).hasSize(1);
  }

  @Test
  void getServers_importThatNobodyAnswered_isOverAfterAWhile() {
    api.ok("ImportServerCatalog", "{}");
    world.pass(Duration.ofMinutes(11));
    assertThat(api.ok("GetServers", "{}").get("serverCatalogStatus").asText())
        .isEqualTo("NOT_IMPORTED");

    inventoryArrives();
    world.pass(Duration.ofMinutes(1));
    api.ok("ImportServerCatalog", "{}");
    assertThat(api.ok("GetServers", "{}").get("serverCatalogStatus").asText())
        .isEqualTo("IMPORTING");
    world.pass(Duration.ofMinutes(11));
    assertThat(api.ok("GetServers", "{}").get("serverCatalogStatus").asText())
        .isEqualTo("AVAILABLE");
  }

  /** One that changes nothing. */
  private void inventoryArrives() {
    world.see(World.CONNECTOR);
    world
        .state
        .connectors()
        .inventoried(
            world.origin(World.CONNECTOR), world.instant(), Connector.Problems.of(List.of()));
    world.state.catalog().imported(world.instant());
  }

  @Test
  void deleteServerCatalog_withAJob_isNotPermitted() {
    String jobId = api.createJob();

    assertThat(api.send("DeleteServerCatalog", "{}").getBody())
        .contains("OperationNotPermittedException", jobId);
  }
}
