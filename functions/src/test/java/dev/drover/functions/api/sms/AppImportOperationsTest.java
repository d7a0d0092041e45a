package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.InMemoryDiscovery;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.world.World;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AppImportOperationsTest {
  private static final String IMPORT = "ImportAppCatalog";
  private static final String NOT_PERMITTED = "OperationNotPermittedException";
  private static final String SHOP = "d-application-1";
  private static final EnvironmentName BERLIN = new EnvironmentName("berlin");
  private static final EnvironmentName PARIS = new EnvironmentName("paris");

  private final TestApi api = new TestApi();
  private final World world = api.world;
  private final InMemoryDiscovery discovery = world.discovery;

  @BeforeEach
  void addServers() {
    for (int i = 1; i <= 6; i++) {
      world.add(new ServerId("s-0000000" + i), "host" + i);
    }
    discovery.name(SHOP, "shop", "web shop");
  }

  private void imports() {
    assertThat(api.ok(IMPORT, "{}")).isEmpty();
  }

  private List<String> apps() {
    return api.ok("ListApps", "{}").get("apps").findValuesAsText("appId");
  }

  private JsonNode app() {
    return api.ok("GetApp", TestApi.quoted("appId", apps().getFirst()));
  }

  private List<String> servers() {
    return app().get("serverGroups").findValuesAsText("serverId");
  }

  private String change(String members) {
    return TestApi.quoted("appId", apps().getFirst()).replace("}", ", " + members + "}");
  }

  @Test
  void application_whoseServersAreInTheCatalog_isThereWithThem() {
    discovery.agent(SHOP, "d-server-2", "HOST2.example.com");
    discovery.agent(SHOP, "d-server-1", "host1");
    discovery.agent(SHOP, "d-server-1b", "host1");
    discovery.agent(SHOP, "d-server-7", "host7");
    discovery.agent(SHOP, "d-server-8", null);

    assertThat(api.ok(IMPORT, "{\"roleName\": \"sms\"}")).isEmpty();

    JsonNode summary = app().get("appSummary");
    assertThat(summary.get("importedAppId").asText()).isEqualTo(SHOP);
    assertThat(summary.get("name").asText()).isEqualTo("shop");
    assertThat(summary.get("description").asText()).isEqualTo("web shop");
    assertThat(summary.get("totalServerGroups").asInt()).isEqualTo(1);
    assertThat(servers()).containsExactly("s-00000001", "s-00000002");
  }

  @Test
  void application_ofWhichNothingIsInTheCatalog_isLeftOut() {
    discovery.agent(SHOP, "d-server-7", "host7");
    discovery.name("d-application-2", "empty", null);

    imports();

    assertThat(apps()).isEmpty();
  }

  @Test
  void importAgain_ofTheSame_changesNothing() {
    discovery.agent(SHOP, "d-server-1", "host1");
    imports();
    JsonNode before = app();
    world.pass(Duration.ofMinutes(1));

    imports();

    assertThat(apps()).hasSize(1);
    assertThat(app()).isEqualTo(before);
  }

  @Test
  void importAgain_bringsWhatChanged() {
    discovery.agent(SHOP, "d-server-1", "host1");
    discovery.agent(SHOP, "d-server-2", "host2");
    imports();
    JsonNode before = app();

    discovery.name(SHOP, "store", null);
    discovery.leave(SHOP, "d-server-1");
    discovery.agent(SHOP, "d-server-3", "host3");
    imports();

    JsonNode after = app();
    assertThat(servers()).containsExactly("s-00000002", "s-00000003");
    assertThat(after.at("/appSummary/name").asText()).isEqualTo("store");
    assertThat(after.at("/appSummary/description").asText()).isEmpty();
    assertThat(after.at("/appSummary/appId")).isEqualTo(before.at("/appSummary/appId"));
    assertThat(after.at("/appSummary/importedAppId").asText()).isEqualTo(SHOP);
    assertThat(after.at("/serverGroups/0/serverGroupId"))
        .isEqualTo(before.at("/serverGroups/0/serverGroupId"));

    discovery.leave(SHOP, "d-server-2");
    discovery.leave(SHOP, "d-server-3");
    imports();
    assertThat(servers()).isEmpty();
  }

  @Test
  void importAgain_whileItIsReplicated_leavesItAlone() {
    discovery.agent(SHOP, "d-server-1", "host1");
    imports();
    api.ok(
        "PutAppReplicationConfiguration",
        change(
            "\"serverGroupReplicationConfigurations\": [{\"serverReplicationConfigurations\": [{\"server\": {\"serverId\": \"s-00000001\"}, \"serverReplicationParameters\": {\"frequency\": 12}}]}]"));
    api.ok("StartAppReplication", change("\"x\": 1"));
    discovery.name(SHOP, "store", null);
    discovery.agent(SHOP, "d-server-2", "host2");

    imports();
    assertThat(app().at("/appSummary/name").asText()).isEqualTo("shop");
    assertThat(servers()).containsExactly("s-00000001");

    api.ok("StopAppReplication", change("\"x\": 1"));
    imports();
    assertThat(app().at("/appSummary/name").asText()).isEqualTo("store");
    assertThat(servers()).containsExactly("s-00000001", "s-00000002");
  }

  @Test
  void importAgain_whileItsLaunchIsAtWork_leavesItAlone() {
    discovery.agent(SHOP, "d-server-1", "host1");
    imports();
    launchIsAt(App.LaunchStage.LAUNCHING);
    discovery.name(SHOP, "store", null);

    imports();
    assertThat(app().at("/appSummary/name").asText()).isEqualTo("shop");

    launchIsAt(App.LaunchStage.LAUNCHED);
    imports();
    assertThat(app().at("/appSummary/name").asText()).isEqualTo("store");
  }

  private void launchIsAt(App.LaunchStage stage) {
    App app = world.state.apps().find(new AppId(apps().getFirst())).orElseThrow();
    world
        .state
        .transaction()
        .with(world.state.apps().replace(app.launched(app.launch().at(stage, null))))
        .commit();
  }

  @Test
  void importAgain_afterItWasDeleted_makesItAnew() {
    discovery.agent(SHOP, "d-server-1", "host1");
    imports();
    String first = apps().getFirst();
    api.ok("DeleteApp", TestApi.quoted("appId", first));

    imports();

    assertThat(apps()).hasSize(1).doesNotContain(first);
    assertThat(servers()).containsExactly("s-00000001");
  }

  @Test
  void importedApplication_isReadOnly() {
    discovery.agent(SHOP, "d-server-1", "host1");
    imports();

    assertThat(api.send("UpdateApp", change("\"name\": \"mine\"")).getBody())
        .contains(NOT_PERMITTED, SHOP, "ImportAppCatalog");
    assertThat(app().at("/appSummary/name").asText()).isEqualTo("shop");
  }

  @Test
  void server_ofAnotherApplication_staysThere() {
    api.ok("CreateApp", "{\"serverGroups\": [{\"serverList\": [{\"serverId\": \"s-00000001\"}]}]}");
    discovery.agent(SHOP, "d-server-1", "host1");
    discovery.agent(SHOP, "d-server-2", "host2");
    discovery.name("d-application-2", "other", null);
    discovery.agent("d-application-2", "d-server-2", "host2");
    discovery.agent("d-application-2", "d-server-3", "host3");

    imports();

    JsonNode list = api.ok("ListApps", "{}").get("apps");
    assertThat(list.findValuesAsText("importedAppId"))
        .containsExactlyInAnyOrder(SHOP, "d-application-2");
    assertThat(list.findValuesAsText("totalServers")).containsExactly("1", "1", "1");
    assertThat(world.state.servers().find(new ServerId("s-00000002")).orElseThrow().appId())
        .isEqualTo(
            world.state.apps().listAfter("").toList().stream()
                .filter(app -> SHOP.equals(app.history().importedAppId()))
                .findFirst()
                .orElseThrow()
                .id());
  }

  @Test
  void vm_isKnownByItsNameAndItsReference() {
    world.addVm(new ServerId("s-000000a1"), BERLIN, "vm-1", "db");
    world.addVm(new ServerId("s-000000a2"), BERLIN, "vm-2", "web");
    world.addVm(new ServerId("s-000000a3"), PARIS, "vm-3", "web");
    world.addVm(new ServerId("s-000000a4"), BERLIN, "vm-4", "clone");
    discovery.vm(SHOP, "d-server-1", "db.example.com", "vm-1");
    // Three of that name, one a folder: the reference tells them apart.
    discovery.vm(SHOP, "d-server-2", "web", "vm-3");
    // One of that name, but another VM.
    discovery.vm(SHOP, "d-server-4", "clone", "vm-44");
    // Only a folder of that name, which has no reference.
    discovery.vm(SHOP, "d-server-5", "host5", "vm-5");

    imports();

    assertThat(servers()).containsExactly("s-00000005", "s-000000a1", "s-000000a3");
  }

  @Test
  void server_thatCouldBeTwo_isNeither() {
    world.addVm(new ServerId("s-000000a2"), BERLIN, "vm-2", "web1");
    world.addVm(new ServerId("s-000000a3"), PARIS, "vm-2", "web1");
    world.addVm(new ServerId("s-000000a4"), PARIS, "vm-4", "host1");
    discovery.vm(SHOP, "d-server-2", "web1", "vm-2");
    discovery.agent(SHOP, "d-server-1", "host1");
    discovery.agent(SHOP, "d-server-3", "host3");

    imports();

    assertThat(servers()).containsExactly("s-00000003");
  }

  @Test
  void catalog_thatWasDeleted_hasNoServersToImport() {
    discovery.agent(SHOP, "d-server-1", "host1");
    world.pass(Duration.ofMinutes(1));
    api.ok("DeleteServerCatalog", "{}");

    imports();

    assertThat(apps()).isEmpty();
  }

  @Test
  void more_thanTheDeploymentAllows_isSaidAndTheOthersAreImported() {
    for (int i = 1; i <= 6; i++) {
      discovery.agent(SHOP, "d-server-" + i, "host" + i);
    }
    discovery.name("d-application-2", "small", null);
    world.add(new ServerId("s-00000007"), "host7");
    discovery.agent("d-application-2", "d-server-7", "host7");

    assertThat(api.send(IMPORT, "{}").getBody())
        .contains(NOT_PERMITTED, SHOP, "6 servers", "drover:maxServersOfApplication");

    assertThat(app().at("/appSummary/importedAppId").asText()).isEqualTo("d-application-2");
    api.ok("CreateApp", "{}");
    api.ok("CreateApp", "{}");
    discovery.leave(SHOP, "d-server-1");
    assertThat(api.send(IMPORT, "{}").getBody())
        .contains(NOT_PERMITTED, SHOP, "drover:maxApplications");
    assertThat(apps()).hasSize(3);
  }

  @Test
  void application_ofAnyText_isShownAsItCanBePrinted() {
    discovery.name(SHOP, "a\nb" + "c".repeat(300), "d\u0000".repeat(2_000));
    discovery.agent(SHOP, "d-server-1", "host1");

    imports();

    assertThat(app().at("/appSummary/name").asText()).isEqualTo("a_b" + "c".repeat(252));
    assertThat(app().at("/appSummary/description").asText()).isEqualTo("d_".repeat(1_024));
  }

  @Test
  void discovery_thatRefuses_isToldInItsWords() {
    discovery.fail(
        new RefusedException("HomeRegionNotSetException", "The home region is not set."));
    assertThat(api.send(IMPORT, "{}").getBody())
        .contains(NOT_PERMITTED, "Application Discovery Service", "The home region is not set.");

    discovery.fail(new TransientException("busy"));
    assertThat(api.error(IMPORT, "{}")).isEqualTo("TemporarilyUnavailableException");
  }

  @Test
  void roleName_thatCannotBeOne_isRefused() {
    assertThat(api.error(IMPORT, "{\"roleName\": \"a\\nb\"}"))
        .isEqualTo("InvalidParameterException");
  }
}
