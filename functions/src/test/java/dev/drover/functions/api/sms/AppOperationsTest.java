package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.World;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AppOperationsTest {
  private static final String SHOP =
      """
      {"name": "shop", "description": "web shop", "roleName": "sms",
       "serverGroups": [
         {"name": "db", "serverList": [{"serverId": "s-00000001"}]},
         {"name": "web", "serverList": [{"serverId": "s-00000002"}, {"serverId": "s-00000003"}]}],
       "tags": [{"key": "env", "value": "test"}, {"key": "Name", "value": ""}]}
      """;

  private final TestApi api = new TestApi();
  private final World world = api.world;

  @BeforeEach
  void addServers() {
    for (int i = 1; i <= 8; i++) {
      world.add(new ServerId("s-0000000" + i), "vm" + i);
    }
  }

  @Test
  void createApp_withServers_showsThemInTheOrderOfTheirGroups() {
    JsonNode created = api.ok("CreateApp", SHOP);

    JsonNode summary = created.get("appSummary");
    assertThat(summary.get("appId").asText()).matches("app-[0-9a-f]{17}");
    assertThat(summary.get("name").asText()).isEqualTo("shop");
    assertThat(summary.get("description").asText()).isEqualTo("web shop");
    assertThat(summary.get("roleName").asText()).isEqualTo("sms");
    assertThat(summary.get("status").asText()).isEqualTo("ACTIVE");
    assertThat(summary.get("replicationConfigurationStatus").asText()).isEqualTo("NOT_CONFIGURED");
    assertThat(summary.get("replicationStatus").asText()).isEqualTo("READY_FOR_CONFIGURATION");
    assertThat(summary.get("launchConfigurationStatus").asText()).isEqualTo("NOT_CONFIGURED");
    assertThat(summary.get("launchStatus").asText()).isEqualTo("READY_FOR_CONFIGURATION");
    assertThat(summary.get("creationTime").decimalValue()).isEqualByComparingTo("1795442400.25");
    assertThat(summary.get("lastModified")).isEqualTo(summary.get("creationTime"));
    assertThat(summary.get("totalServerGroups").asInt()).isEqualTo(2);
    assertThat(summary.get("totalServers").asInt()).isEqualTo(3);
    assertThat(created.at("/serverGroups/0/serverGroupId").asText())
        .matches("sms-group-[0-9a-f]{17}");
    assertThat(created.get("serverGroups").findValuesAsText("name")).containsExactly("db", "web");
    assertThat(serverIds(created)).containsExactly("s-00000001", "s-00000002", "s-00000003");
    assertThat(created.at("/serverGroups/1/serverList/0/vmServer/vmName").asText())
        .isEqualTo("vm2");
    assertThat(created.get("tags"))
        .containsExactly(
            TestApi.json("{\"key\": \"env\", \"value\": \"test\"}"),
            TestApi.json("{\"key\": \"Name\", \"value\": \"\"}"));
    assertThat(api.ok("GetApp", byId(created))).isEqualTo(created);
  }

  @Test
  void createApp_ofNothing_isEmptyButThere() {
    JsonNode created = api.ok("CreateApp", "{}");

    assertThat(created.get("serverGroups").isArray()).isTrue();
    assertThat(created.get("tags")).isEmpty();
    assertThat(created.get("appSummary").has("name")).isFalse();
    assertThat(created.at("/appSummary/totalServers").asInt()).isZero();
  }

  @Test
  void createApp_sameTokenTwice_makesOneApplication() {
    String request =
        SHOP.replace("\"name\": \"shop\"", "\"name\": \"shop\", \"clientToken\": \"1\"");

    JsonNode first = api.ok("CreateApp", request);

    assertThat(api.ok("CreateApp", request)).isEqualTo(first);
    assertThat(api.ok("ListApps", "{}").get("apps")).hasSize(1);
    assertThat(api.send("CreateApp", request.replace("web shop", "another")).getBody())
        .contains("InvalidParameterException", "clientToken named another request", id(first));
    assertThat(api.ok("CreateApp", "{\"clientToken\": \"2\"}").get("appSummary"))
        .isNotEqualTo(first.get("appSummary"));
  }

  @Test
  void createApp_sameInvocationTwice_makesOneApplication() {
    assertThat(createdBy("invocation-1")).isEqualTo(createdBy("invocation-1"));
    assertThat(createdBy("invocation-2")).isNotEqualTo(createdBy("invocation-1"));
    assertThat(api.ok("ListApps", "{}").get("apps")).hasSize(2);
  }

  private String createdBy(String invocation) {
    APIGatewayProxyResponseEvent response =
        api.send(
            TestApi.event(
                Map.of(
                    "X-Amz-Target",
                    "AWSServerMigrationService_V2016_10_24.CreateApp",
                    "amz-sdk-invocation-id",
                    invocation),
                "{}"));
    return id(TestApi.json(response.getBody()));
  }

  @Test
  void createApp_serverOfAnotherApplication_isRefusedAndNamed() {
    String shop = id(api.ok("CreateApp", SHOP));
    String other = "{\"serverGroups\": [{\"serverList\": [{\"serverId\": \"s-00000002\"}]}]}";

    assertThat(api.send("CreateApp", other).getBody())
        .contains("OperationNotPermittedException", "Server s-00000002 is in application " + shop);
    assertThat(api.ok("ListApps", "{}").get("apps")).hasSize(1);
    assertThat(api.ok("DeleteApp", appId(shop))).isEmpty();
    assertThat(serverIds(api.ok("CreateApp", other))).containsExactly("s-00000002");
  }

  @Test
  void createApp_moreThanTheDeploymentAllows_namesTheSetting() {
    assertThat(api.send("CreateApp", "{\"serverGroups\": [{}, {}, {}]}").getBody())
        .contains("InvalidParameterException", "3 server groups, at most 2", "maxServerGroups");
    assertThat(api.send("CreateApp", group(6)).getBody())
        .contains("InvalidParameterException", "6 servers, at most 5", "maxServersOfApplication");
    String first = id(api.ok("CreateApp", group(5)));
    api.ok("CreateApp", "{}");
    api.ok("CreateApp", "{}");
    assertThat(api.send("CreateApp", "{}").getBody())
        .contains("OperationNotPermittedException", "3 applications", "drover:maxApplications");
    api.ok("DeleteApp", appId(first));
    assertThat(api.ok("CreateApp", "{}")).isNotEmpty();
  }

  private static String group(int servers) {
    return IntStream.rangeClosed(1, servers)
        .mapToObj("{\"serverId\": \"s-0000000%d\"}"::formatted)
        .collect(Collectors.joining(",", "{\"serverGroups\": [{\"serverList\": [", "]}]}"));
  }

  @Test
  void createApp_serverThatIsNotInTheCatalog_isRefused() {
    for (String unknown : List.of("s-99999999", "web", "")) {
      String request =
          "{\"serverGroups\": [{\"serverList\": [{\"serverId\": \"%s\"}]}]}".formatted(unknown);
      assertThat(api.error("CreateApp", request))
          .isEqualTo(
              unknown.isEmpty()
                  ? "MissingRequiredParameterException"
                  : "InvalidParameterException");
    }
    world.pass(Duration.ofSeconds(2));
    world.state.catalog().delete(world.instant());
    assertThat(api.send("CreateApp", SHOP).getBody()).contains("is not in the catalog");
    assertThat(api.ok("ListApps", "{}").get("apps")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"name\": \"\"",
        "\"name\": \"a\\nb\"",
        "\"name\": \"a\\u202eb\"",
        "\"name\": 7",
        "\"name\": \"$255\"",
        "\"description\": \"$2048\"",
        "\"roleName\": \"\\u0007\"",
        "\"clientToken\": \" \"",
        "\"serverGroups\": {}",
        "\"serverGroups\": [null]",
        "\"serverGroups\": [{\"serverGroupId\": \"sms-group-0123456789abcdef0\"}]",
        "\"serverGroups\": [{\"serverGroupId\": \"sg-1\"}]",
        "\"serverGroups\": [{\"name\": \" \"}]",
        "\"serverGroups\": [{\"serverList\": [{\"serverId\": \"s-00000001\"}]},"
            + "{\"serverList\": [{\"serverId\": \"s-00000001\"}]}]",
        "\"tags\": [{\"key\": \"aws:x\", \"value\": \"1\"}]",
        "\"tags\": [{\"key\": \"DROVER:run\", \"value\": \"1\"}]",
        "\"tags\": [{\"key\": \"a\", \"value\": \"1\"}, {\"key\": \"a\", \"value\": \"2\"}]",
        "\"tags\": [{\"key\": \"$128\"}]",
        "\"tags\": [{\"key\": \"a\", \"value\": \"$256\"}]",
        "\"tags\": [{\"key\": \"a\", \"value\": \"\\t\"}]"
      })
  void createApp_wrongWishes_areRefused(String wish) {
    String request = "{" + wish + "}";
    for (int longest : List.of(255, 2048, 128, 256)) {
      request = request.replace("$" + longest + "\"", "x".repeat(longest + 1) + "\"");
    }

    assertThat(api.error("CreateApp", request))
        .isIn("InvalidParameterException", "SerializationException");
    assertThat(api.ok("ListApps", "{}").get("apps")).isEmpty();
  }

  @Test
  void createApp_fortyTags_areTakenAndOneMoreIsNot() {
    assertThat(api.ok("CreateApp", tags(40)).get("tags")).hasSize(40);
    assertThat(api.send("CreateApp", tags(41)).getBody()).contains("41 tags, at most 40");
    assertThat(api.error("CreateApp", "{\"tags\": [{\"value\": \"x\"}]}"))
        .isEqualTo("MissingRequiredParameterException");
  }

  private static String tags(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"key\": \"k%d\", \"value\": \"v\"}"::formatted)
        .collect(Collectors.joining(",", "{\"tags\": [", "]}"));
  }

  @Test
  void updateApp_ofWhatIsGiven_leavesTheRest() {
    JsonNode created = api.ok("CreateApp", SHOP);
    world.pass(Duration.ofMinutes(1));

    JsonNode updated =
        api.ok("UpdateApp", "{\"appId\": \"%s\", \"description\": \"new\"}".formatted(id(created)));

    JsonNode summary = updated.get("appSummary");
    assertThat(summary.get("name").asText()).isEqualTo("shop");
    assertThat(summary.get("description").asText()).isEqualTo("new");
    assertThat(summary.get("lastModified").decimalValue()).isEqualByComparingTo("1795442460.25");
    assertThat(summary.get("creationTime")).isEqualTo(created.at("/appSummary/creationTime"));
    assertThat(updated.get("serverGroups")).isEqualTo(created.get("serverGroups"));
    assertThat(updated.get("tags")).isEqualTo(created.get("tags"));
    assertThat(api.ok("GetApp", byId(created))).isEqualTo(updated);
  }

  @Test
  void updateApp_ofGroups_hasThoseAndNoOthers() {
    JsonNode created = api.ok("CreateApp", SHOP);
    String db = created.at("/serverGroups/0/serverGroupId").asText();
    String web = created.at("/serverGroups/1/serverGroupId").asText();

    JsonNode updated =
        api.ok(
            "UpdateApp",
            """
            {"appId": "%s", "tags": [], "serverGroups": [
              {"name": "web", "serverList": [{"serverId": "s-00000004"}]},
              {"serverGroupId": "%s", "serverList": [{"serverId": "s-00000002"}]}]}
            """
                .formatted(id(created), db));

    assertThat(updated.get("serverGroups").findValuesAsText("serverGroupId"))
        .as("a group of a known name is that group, one of an id keeps its name")
        .containsExactly(web, db);
    assertThat(updated.at("/serverGroups/1/name").asText()).isEqualTo("db");
    assertThat(serverIds(updated)).containsExactly("s-00000004", "s-00000002");
    assertThat(updated.get("tags")).isEmpty();
    assertThat(app("s-00000001")).as("who left is free").isEqualTo("none");
    assertThat(app("s-00000002")).isEqualTo(id(created));
    assertThat(app("s-00000004")).isEqualTo(id(created));
  }

  @Test
  void updateApp_sentTwice_makesItsGroupsOnce() {
    String shop = id(api.ok("CreateApp", "{}"));
    String request =
        "{\"appId\": \"%s\", \"serverGroups\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}"
            .formatted(shop);

    JsonNode groups = api.ok("UpdateApp", request).get("serverGroups");

    assertThat(api.ok("UpdateApp", request).get("serverGroups")).isEqualTo(groups);
  }

  @Test
  void updateApp_serverMovedBetweenGroups_staysInTheApplication() {
    String shop = id(api.ok("CreateApp", SHOP));

    JsonNode updated =
        api.ok(
            "UpdateApp",
            "{\"appId\": \"%s\", \"serverGroups\": [{\"name\": \"web\", \"serverList\": [{\"serverId\": \"s-00000001\"}]}]}"
                .formatted(shop));

    assertThat(serverIds(updated)).containsExactly("s-00000001");
    assertThat(app("s-00000001")).isEqualTo(shop);
    assertThat(app("s-00000002")).isEqualTo("none");
  }

  @Test
  void updateApp_ofServersThatAreGone_keepsThoseThatItHas() {
    String shop = id(api.ok("CreateApp", SHOP));
    world.pass(Duration.ofSeconds(2));
    world.state.catalog().delete(world.instant());

    assertThat(api.ok("UpdateApp", SHOP.replaceFirst("\\{", "{\"appId\": \"" + shop + "\",")))
        .isNotEmpty();
  }

  @Test
  void updateApp_unknownGroupOrServer_changesNothing() {
    JsonNode created = api.ok("CreateApp", SHOP);
    for (String groups :
        List.of(
            "{\"serverGroupId\": \"sms-group-00000000000000000\"}",
            "{\"serverList\": [{\"serverId\": \"s-00000001\"}, {\"serverId\": \"s-77777777\"}]}")) {
      assertThat(
              api.error(
                  "UpdateApp",
                  "{\"appId\": \"%s\", \"serverGroups\": [%s]}".formatted(id(created), groups)))
          .isEqualTo("InvalidParameterException");
    }
    assertThat(api.ok("GetApp", byId(created))).isEqualTo(created);
  }

  @Test
  void deleteApp_again_isDone() {
    String shop = id(api.ok("CreateApp", SHOP));

    assertThat(api.ok("DeleteApp", appId(shop))).isEmpty();

    assertThat(api.ok("DeleteApp", appId(shop))).isEmpty();
    assertThat(api.error("GetApp", appId(shop))).isEqualTo("InvalidParameterException");
    assertThat(api.ok("ListApps", "{}").get("apps")).isEmpty();
    assertThat(app("s-00000001")).isEqualTo("none");
    assertThat(world.state.apps().count()).isZero();
  }

  @Test
  void deleteApp_thatWasMadeByAToken_letsTheTokenMakeAnother() {
    String request = "{\"clientToken\": \"1\"}";
    String first = id(api.ok("CreateApp", request));
    api.ok("DeleteApp", appId(first));

    assertThat(id(api.ok("CreateApp", request))).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GetApp", "UpdateApp", "DeleteApp"})
  void operation_ofNoApplication_isRefused(String operation) {
    assertThat(api.error(operation, "{}")).isEqualTo("MissingRequiredParameterException");
    assertThat(api.error(operation, appId(""))).isEqualTo("MissingRequiredParameterException");
    for (String unknown : List.of("app-0123456789abcdef0", "app-1", "s-00000001")) {
      assertThat(api.send(operation, appId(unknown)).getBody())
          .contains("InvalidParameterException", "there is no application " + unknown);
    }
  }

  @Test
  void listApps_inPages_showsEachOnceAndById() {
    List<String> ids =
        IntStream.range(0, 3)
            .mapToObj(i -> id(api.ok("CreateApp", "{\"name\": \"a" + i + "\"}")))
            .sorted()
            .toList();

    JsonNode first = api.ok("ListApps", "{\"maxResults\": 2}");
    JsonNode rest =
        api.ok("ListApps", TestApi.quoted("nextToken", first.get("nextToken").asText()));

    assertThat(first.get("apps").findValuesAsText("appId")).isEqualTo(ids.subList(0, 2));
    assertThat(rest.get("apps").findValuesAsText("appId")).isEqualTo(ids.subList(2, 3));
    assertThat(rest.has("nextToken")).isFalse();
    assertThat(api.error("ListApps", "{\"maxResults\": 0}")).isEqualTo("InvalidParameterException");
    assertThat(api.error("ListApps", TestApi.quoted("nextToken", "x")))
        .isEqualTo("InvalidParameterException");
  }

  @Test
  void listApps_ofIds_showsThoseThatThereAre() {
    String one = id(api.ok("CreateApp", "{}"));
    api.ok("CreateApp", "{}");
    String wanted = "{\"appIds\": [\"%s\", \"app-0123456789abcdef0\", \"x\"]}".formatted(one);

    assertThat(api.ok("ListApps", wanted).get("apps").findValuesAsText("appId"))
        .containsExactly(one);
    assertThat(api.ok("ListApps", "{\"appIds\": []}").get("apps")).isEmpty();
    String many =
        IntStream.range(0, 60)
            .mapToObj("\"app-000000000000000%02d\""::formatted)
            .collect(Collectors.joining(",", "{\"appIds\": [\"" + one + "\",", "]}"));
    assertThat(api.ok("ListApps", many).get("apps").findValuesAsText("appId")).containsExactly(one);
  }

  private String app(String serverId) {
    Server server = world.state.servers().find(new ServerId(serverId)).orElseThrow();
    return server.appId() == null ? "none" : server.appId().value();
  }

  private static List<String> serverIds(JsonNode app) {
    return app.get("serverGroups").findValuesAsText("serverId");
  }

  private static String id(JsonNode app) {
    return app.at("/appSummary/appId").asText();
  }

  private static String byId(JsonNode app) {
    return appId(id(app));
  }

  private static String appId(String id) {
    return TestApi.quoted("appId", id);
  }
}
