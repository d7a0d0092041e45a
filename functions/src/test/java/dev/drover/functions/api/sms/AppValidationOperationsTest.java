package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.world.World;
import dev.drover.protocol.ServerId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AppValidationOperationsTest {
  private static final String PUT = "PutAppValidationConfiguration";
  private static final String GET = "GetAppValidationConfiguration";
  private static final String OUTPUT = "GetAppValidationOutput";
  private static final String NOTIFY = "NotifyAppValidationOutput";
  private static final String INVALID = "InvalidParameterException";
  private static final String MISSING = "MissingRequiredParameterException";
  private static final String UNAUTHORIZED = "UnauthorizedOperationException";
  private static final String UNKNOWN_ID = "val-00000000000000000";

  private static final String OF_APP =
      """
      {"name": "smoke", "appValidationStrategy": "SSM", "ssmValidationParameters":
       {"source": {"s3Location": {"bucket": "sms-app-scripts", "key": "s.sh"}},
        "instanceId": "i-0123456789abcdef0", "scriptType": "SHELL_SCRIPT", "command": "cd x\\n./s.sh",
        "executionTimeoutSeconds": 900, "outputS3BucketName": "sms-app-out"}}
      """;

  private static final String OF_SERVER =
      """
      {"server": {"serverId": "s-0a0b0c0d"}, "name": "boot", "serverValidationStrategy": "USERDATA",
       "userDataValidationParameters": {"scriptType": "POWERSHELL_SCRIPT",
        "source": {"s3Location": {"bucket": "sms-app-scripts", "key": "b.ps1"}}}}
      """;

  private final TestApi api = new TestApi();
  private final World world = api.world;
  private String id = "";
  private String byId = "";
  private String group = "";
  private String other = "";

  @BeforeEach
  void createApp() {
    world.add(new ServerId("s-00000001"), "db");
    JsonNode app =
        api.ok(
            "CreateApp",
            "{\"serverGroups\": [{\"serverList\": [{\"serverId\": \"s-0a0b0c0d\"}]}, {\"serverList\": [{\"serverId\": \"s-00000001\"}]}]}");
    id = app.at("/appSummary/appId").asText();
    byId = TestApi.quoted("appId", id);
    group = app.at("/serverGroups/0/serverGroupId").asText();
    other = app.at("/serverGroups/1/serverGroupId").asText();
  }

  private String with(String members) {
    return byId.replace("}", ", " + members + "}");
  }

  private String ofApp(String validations) {
    return with("\"appValidationConfigurations\": [" + validations + "]");
  }

  private String ofServers(String validations) {
    return with("\"serverGroupValidationConfigurations\": [" + group(group, validations) + "]");
  }

  private static String group(String id, String validations) {
    return "{\"serverGroupId\": \"%s\", \"serverValidationConfigurations\": [%s]}"
        .formatted(id, validations);
  }

  private String both() {
    return ofApp(OF_APP).replaceFirst("}$", "")
        + ", \"serverGroupValidationConfigurations\": ["
        + group(group, OF_SERVER)
        + "]}";
  }

  private static String named(String validation, String validationId) {
    return validation.replaceFirst("\\{", "{\"validationId\": \"" + validationId + "\", ");
  }

  private List<String> ids() {
    return api.ok(OUTPUT, byId).findValuesAsText("validationId");
  }

  @Test
  void put_isShownAsItWasSaidWithIdsOfOurs() {
    assertThat(api.ok(PUT, both())).isEmpty();

    List<String> ids = ids();
    assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    assertThat(ids).allSatisfy(it -> assertThat(it).matches("val-[0-9a-f]{17}"));
    JsonNode shown = api.ok(GET, byId);
    assertThat(shown.get("appValidationConfigurations"))
        .containsExactly(TestApi.json(named(OF_APP, ids.getFirst())));
    assertThat(shown.get("serverGroupValidationConfigurations"))
        .containsExactly(TestApi.json(group(group, named(OF_SERVER, ids.getLast()))));
  }

  @Test
  void put_ofWhatWasShown_changesNothing() {
    api.ok(PUT, both());
    JsonNode shown = api.ok(GET, byId);

    String body = shown.toString().replaceFirst("\\{", "{\"appId\": \"" + id + "\", ");
    api.ok(PUT, body);

    assertThat(api.ok(GET, byId)).isEqualTo(shown);
  }

  @Test
  void put_twice_keepsTheIds() {
    api.ok(PUT, both());
    List<String> ids = ids();

    api.ok(PUT, both());

    assertThat(ids()).isEqualTo(ids);
  }

  @Test
  void put_ofAnotherScriptWithoutAnId_isAnotherValidation() {
    api.ok(PUT, both());
    List<String> ids = ids();

    api.ok(PUT, both().replace("900", "901").replace("b.ps1", "c.ps1"));

    assertThat(ids()).hasSize(2).doesNotContainAnyElementsOf(ids);
  }

  @Test
  void put_ofAnotherScriptWithItsId_isTheSameValidation() {
    api.ok(PUT, ofApp(OF_APP + ", " + OF_APP));
    List<String> ids = ids();
    assertThat(ids).hasSize(2).doesNotHaveDuplicates();

    // The one without an id is of the other one's script, not of the one that is named.
    api.ok(PUT, ofApp(OF_APP + ", " + named(OF_APP.replace("smoke", "fire"), ids.getFirst())));

    assertThat(ids()).containsExactly(ids.getLast(), ids.getFirst());
    assertThat(api.ok(OUTPUT, byId).findValuesAsText("name")).containsExactly("smoke", "fire");
  }

  @Test
  void put_ofIdsThatTheApplicationHasNot_isRefused() {
    assertThat(api.send(PUT, ofApp(named(OF_APP, UNKNOWN_ID))).getBody())
        .contains(INVALID, UNKNOWN_ID, "leave validationId out");
    assertThat(api.error(PUT, ofServers(named(OF_SERVER, UNKNOWN_ID)))).isEqualTo(INVALID);
    assertThat(api.error(PUT, ofApp(named(OF_APP, "val-1")))).isEqualTo(INVALID);

    api.ok(PUT, both());
    List<String> ids = ids();

    // Those of the other kind, those of another server, and one twice.
    assertThat(api.error(PUT, ofApp(named(OF_APP, ids.getLast())))).isEqualTo(INVALID);
    assertThat(api.error(PUT, ofServers(named(OF_SERVER, ids.getFirst())))).isEqualTo(INVALID);
    String moved = named(OF_SERVER.replace("s-0a0b0c0d", "s-00000001"), ids.getLast());
    assertThat(
            api.error(
                PUT,
                with("\"serverGroupValidationConfigurations\": [" + group(other, moved) + "]")))
        .isEqualTo(INVALID);
    String known = named(OF_APP, ids.getFirst());
    assertThat(api.error(PUT, ofApp(known + ", " + known))).isEqualTo(INVALID);
    assertThat(ids()).isEqualTo(ids);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"smoke\"|\"sm oke\"|" + INVALID,
        "\"smoke\"|\"\"|" + INVALID,
        "\"smoke\"|\"\\u0001\"|" + INVALID,
        "\"SSM\"|\"USERDATA\"|" + INVALID,
        "\"SSM\"|null|" + MISSING,
        "\"ssmValidationParameters\"|\"x\"|" + MISSING,
        "\"source\"|\"x\"|" + MISSING,
        "\"s3Location\"|\"x\"|" + MISSING,
        "\"key\"|\"x\"|" + MISSING,
        "\"sms-app-scripts\"|\"scripts\"|" + INVALID,
        "\"s.sh\"|\"\\n\"|" + INVALID,
        "\"i-0123456789abcdef0\"|\"i-0123456789abcdef\"|" + INVALID,
        "\"i-0123456789abcdef0\"|\"mi-01234567\"|" + INVALID,
        "\"instanceId\"|\"x\"|" + MISSING,
        "\"SHELL_SCRIPT\"|\"PERL\"|" + INVALID,
        "\"scriptType\"|\"x\"|" + MISSING,
        "\"cd x\\n./s.sh\"|\"\"|" + MISSING,
        "\"cd x\\n./s.sh\"|\"\\u0000\"|" + INVALID,
        "\"cd x\\n./s.sh\"|\"\\ud800\"|" + INVALID,
        "900|59|" + INVALID,
        "900|28801|" + INVALID,
        "\"sms-app-out\"|\"out\"|" + INVALID
      })
  void put_wrongMemberOfTheApplication_isRefused(String right, String wrong, String error) {
    String body = OF_APP.replace(right, wrong);
    assertThat(body).isNotEqualTo(OF_APP);

    assertThat(api.error(PUT, ofApp(body))).isEqualTo(error);
    assertThat(ids()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"boot\"|\"bo ot\"|" + INVALID,
        "\"s-0a0b0c0d\"|\"s-00000001\"|" + INVALID,
        "\"s-0a0b0c0d\"|\"s-00000002\"|" + INVALID,
        "\"server\"|\"x\"|" + MISSING,
        "\"USERDATA\"|\"SSM\"|" + INVALID,
        "\"serverValidationStrategy\"|\"x\"|" + MISSING,
        "\"userDataValidationParameters\"|\"x\"|" + MISSING,
        "\"POWERSHELL_SCRIPT\"|\"PERL\"|" + INVALID,
        "\"scriptType\"|\"x\"|" + MISSING,
        "\"source\"|\"x\"|" + MISSING,
        "\"sms-app-scripts\"|\"sms-apps\"|" + INVALID
      })
  void put_wrongMemberOfAServer_isRefused(String right, String wrong, String error) {
    String body = OF_SERVER.replace(right, wrong);
    assertThat(body).isNotEqualTo(OF_SERVER);

    assertThat(api.error(PUT, ofServers(body))).isEqualTo(error);
    assertThat(ids()).isEmpty();
  }

  @Test
  void put_ofTheLongest_isTakenAndLongerIsRefused() {
    String name = "é".repeat(255);
    String key = "€".repeat(341) + "k";
    String command = key + "€".repeat(64_000 - 342);
    String longest =
        OF_APP.replace("smoke", name).replace("cd x\\n./s.sh", command).replace("s.sh", key);
    api.ok(PUT, ofApp(longest));

    for (String longer :
        List.of(
            longest.replace(name, name + "é"),
            longest.replace(command, command + "."),
            longest.replace(key, key + "k"),
            longest + ", " + OF_APP)) {
      assertThat(api.error(PUT, ofApp(longer))).isEqualTo(INVALID);
    }
    assertThat(api.error(PUT, ofApp((OF_APP + ", ").repeat(20) + OF_APP))).isEqualTo(INVALID);
    api.ok(PUT, ofApp((OF_APP + ", ").repeat(19) + OF_APP));
    assertThat(ids()).hasSize(20).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s.sh", "sh './s.sh' # s.sh", "cat s\\\\.sh | sh", "# first\\n. ./s.sh"})
  void put_commandThatNamesItsScript_isTaken(String command) {
    api.ok(PUT, ofApp(OF_APP.replace("cd x\\n./s.sh", command)));

    assertThat(ids()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\\n", "true", "# s.sh", "true # sh s.sh", "other.sh"})
  void put_commandThatRunsAnythingElse_isRefused(String command) {
    String body = ofApp(OF_APP.replace("cd x\\n./s.sh", command));

    assertThat(api.send(PUT, body).getBody()).contains(INVALID, "it has to name 's.sh'");
    assertThat(ids()).isEmpty();
  }

  @Test
  void put_ofTheBarest_isShownWithoutMore() {
    String bare =
        OF_APP
            .replace("\"name\": \"smoke\", ", "")
            .replace(
                "\"executionTimeoutSeconds\": 900, \"outputS3BucketName\": \"sms-app-out\"", "")
            .replaceFirst(",\\s+}", "}");

    api.ok(PUT, ofApp(bare));

    assertThat(api.ok(GET, byId).get("appValidationConfigurations"))
        .containsExactly(TestApi.json(named(bare, ids().getFirst())));
  }

  @Test
  void put_wrongGroups_areRefused() {
    String known = group(group, OF_SERVER);
    for (String groups :
        List.of(
            group("sms-group-00000000000000000", OF_SERVER),
            known + ", " + known,
            group(group, OF_SERVER + ", " + OF_SERVER))) {
      assertThat(api.error(PUT, with("\"serverGroupValidationConfigurations\": [" + groups + "]")))
          .isEqualTo(INVALID);
    }
    assertThat(api.error(PUT, with("\"serverGroupValidationConfigurations\": [{}]")))
        .isEqualTo(MISSING);
    assertThat(api.send(PUT, byId).getBody()).contains(INVALID, "DeleteAppValidationConfiguration");
  }

  @Test
  void output_ofWhatNothingRan_isReadyForValidation() {
    assertThat(api.ok(OUTPUT, byId).get("validationOutputList").isArray()).isTrue();
    assertThat(api.ok(OUTPUT, byId).get("validationOutputList")).isEmpty();
    api.ok(PUT, both());

    JsonNode list = api.ok(OUTPUT, byId).get("validationOutputList");

    assertThat(list.findValuesAsText("name")).containsExactly("smoke", "boot");
    assertThat(list.findValuesAsText("status"))
        .containsExactly("READY_FOR_VALIDATION", "READY_FOR_VALIDATION");
    assertThat(list).noneMatch(it -> it.has("latestValidationTime") || it.has("statusMessage"));
    assertThat(list.get(0).has("appValidationOutput")).isFalse();
    assertThat(list.at("/1/serverValidationOutput/server/serverId").asText())
        .isEqualTo("s-0a0b0c0d");
    assertThat(list.at("/1/serverValidationOutput/server/vmServer/vmName").asText())
        .isEqualTo(World.VM_ID);
  }

  @Test
  void serverThatLeft_isShownNoMoreAndAgainWhenItIsBack() {
    api.ok(PUT, both());
    List<String> ids = ids();

    api.ok("UpdateApp", with("\"serverGroups\": [{\"serverGroupId\": \"%s\"}]".formatted(group)));

    assertThat(ids()).containsExactly(ids.getFirst());
    assertThat(api.ok(GET, byId).get("serverGroupValidationConfigurations")).isEmpty();

    api.ok(
        "UpdateApp",
        with(
            "\"serverGroups\": [{\"serverGroupId\": \"%s\", \"serverList\": [{\"serverId\": \"s-0a0b0c0d\"}]}]"
                .formatted(group)));

    assertThat(ids()).isEqualTo(ids);
  }

  @Test
  void delete_takesItBack() {
    api.ok(PUT, both());

    api.ok("DeleteAppValidationConfiguration", byId);
    api.ok("DeleteAppValidationConfiguration", byId);

    assertThat(ids()).isEmpty();
    JsonNode shown = api.ok(GET, byId);
    assertThat(shown.get("appValidationConfigurations")).isEmpty();
    assertThat(shown.get("serverGroupValidationConfigurations")).isEmpty();
  }

  @Test
  void deleteApp_leavesNoConfiguration() {
    api.ok(PUT, both());
    assertThat(world.raw.show("APP#" + id, "VALIDATION")).isNotEmpty();

    api.ok("DeleteApp", byId);

    assertThat(world.raw.show("APP#" + id, "VALIDATION")).isEmpty();
  }

  private String told(String validationId, String rest) {
    return with(
        "\"notificationContext\": {\"validationId\": \"" + validationId + "\"" + rest + "}");
  }

  @Test
  void notify_ofWhatWasNotLaunched_isRefusedAndChangesNothing() {
    api.ok(PUT, both());
    JsonNode before = api.ok(OUTPUT, byId);

    assertThat(
            api.send(
                    NOTIFY,
                    told(ids().getLast(), ", \"status\": \"SUCCEEDED\", \"statusMessage\": \"ok\""))
                .getBody())
        .contains(UNAUTHORIZED, "is for the server itself");

    assertThat(api.ok(OUTPUT, byId)).isEqualTo(before);
  }

  @Test
  void notify_ofWhatCannotBe_isRefused() {
    api.ok(PUT, both());
    List<String> ids = ids();
    String known = ids.getLast();
    String succeeded = ", \"status\": \"SUCCEEDED\"";

    assertThat(api.error(NOTIFY, byId)).isEqualTo(MISSING);
    assertThat(api.error(NOTIFY, with("\"notificationContext\": {\"status\": \"SUCCEEDED\"}")))
        .isEqualTo(MISSING);
    assertThat(api.error(NOTIFY, told(known, ""))).isEqualTo(MISSING);
    assertThat(api.error(NOTIFY, told(known, ", \"status\": \"GOOD\""))).isEqualTo(INVALID);
    assertThat(api.error(NOTIFY, told(known, ", \"status\": \"READY_FOR_VALIDATION\"")))
        .isEqualTo(INVALID);
    assertThat(
            api.error(
                NOTIFY,
                told(known, succeeded + ", \"statusMessage\": \"" + "m".repeat(2_501) + "\"")))
        .isEqualTo(INVALID);
    assertThat(api.error(NOTIFY, told(UNKNOWN_ID, succeeded))).isEqualTo(UNAUTHORIZED);
    assertThat(api.error(NOTIFY, told("val-1", succeeded))).isEqualTo(INVALID);
    // Systems Manager tells the application's own, no guest does.
    assertThat(api.error(NOTIFY, told(ids.getFirst(), succeeded))).isEqualTo(UNAUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(strings = {PUT, GET, "DeleteAppValidationConfiguration", OUTPUT, NOTIFY})
  void operation_ofNoApplication_isRefused(String operation) {
    assertThat(api.error(operation, "{}")).isEqualTo(MISSING);
    assertThat(api.error(operation, TestApi.quoted("appId", "app-1"))).isEqualTo(INVALID);
    assertThat(api.error(operation, TestApi.quoted("appId", "app-00000000000000000")))
        .isEqualTo(INVALID);
  }
}
