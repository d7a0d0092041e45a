package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.world.World;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AppLaunchOperationsTest {
  private static final String SERVER =
      """
      {"server": {"serverId": "s-0a0b0c0d"}, "logicalId": "web1", "vpc": "vpc-0123456789abcdef0",
       "subnet": "subnet-01234567", "securityGroup": "sg-0123456789abcdef0", "ec2KeyName": "our key",
       "userData": {"s3Location": {"bucket": "sms-app-scripts", "key": "s.sh"}},
       "instanceType": "u-6tb1.metal", "associatePublicIpAddress": true,
       "iamInstanceProfileName": "p@x", "configureScript": {"bucket": "sms-app-scripts", "key": "c"},
       "configureScriptType": "SHELL_SCRIPT"}
      """;

  private final TestApi api = new TestApi();
  private final World world = api.world;
  private JsonNode app = TestApi.json("{}");
  private String byId = "";
  private String group = "";

  @BeforeEach
  void createApp() {
    app =
        api.ok(
            "CreateApp",
            "{\"serverGroups\": [{\"serverList\": [{\"serverId\": \"s-0a0b0c0d\"}]}, {}]}");
    byId = TestApi.quoted("appId", app.at("/appSummary/appId").asText());
    group = app.at("/serverGroups/0/serverGroupId").asText();
  }

  private String put(String members) {
    return byId.replace("}", ", " + members + "}");
  }

  private String group(String server) {
    return put(
        "\"roleName\": \"sms-launch\", \"serverGroupLaunchConfigurations\": [{\"serverGroupId\": \"%s\", \"launchOrder\": 2, \"serverLaunchConfigurations\": [%s]}]"
            .formatted(group, server));
  }

  private JsonNode summary() {
    return api.ok("GetApp", byId).get("appSummary");
  }

  @Test
  void put_isShownAsItWasSaid() {
    assertThat(api.ok("PutAppLaunchConfiguration", group(SERVER))).isEmpty();

    JsonNode shown = api.ok("GetAppLaunchConfiguration", byId);
    assertThat(shown.get("appId")).isEqualTo(app.at("/appSummary/appId"));
    assertThat(shown.get("roleName").asText()).isEqualTo("sms-launch");
    assertThat(shown.get("autoLaunch").asBoolean(true)).isFalse();
    JsonNode said = TestApi.json(group(SERVER)).get("serverGroupLaunchConfigurations");
    assertThat(shown.get("serverGroupLaunchConfigurations")).isEqualTo(said);
    assertThat(summary().get("launchConfigurationStatus").asText()).isEqualTo("CONFIGURED");
    assertThat(summary().get("launchStatus").asText()).isEqualTo("READY_FOR_LAUNCH");
    assertThat(summary().get("replicationConfigurationStatus").asText())
        .isEqualTo("NOT_CONFIGURED");
  }

  @Test
  void put_ofTheBarest_isShownWithoutMore() {
    String bare = "{\"server\": {\"serverId\": \"s-0a0b0c0d\"}}";

    api.ok("PutAppLaunchConfiguration", group(bare));

    assertThat(
            api.ok("GetAppLaunchConfiguration", byId)
                .at("/serverGroupLaunchConfigurations/0/serverLaunchConfigurations"))
        .containsExactly(TestApi.json(bare));
  }

  @Test
  void delete_takesItBack() {
    api.ok("PutAppLaunchConfiguration", group(SERVER));

    api.ok("DeleteAppLaunchConfiguration", byId);
    api.ok("DeleteAppLaunchConfiguration", byId);

    assertThat(summary().get("launchConfigurationStatus").asText()).isEqualTo("NOT_CONFIGURED");
    assertThat(summary().get("launchStatus").asText()).isEqualTo("READY_FOR_CONFIGURATION");
    assertThat(api.ok("GetAppLaunchConfiguration", byId).get("serverGroupLaunchConfigurations"))
        .isEmpty();
  }

  @Test
  void serverThatLeft_isShownNoMore() {
    api.ok("PutAppLaunchConfiguration", group(SERVER));

    api.ok("UpdateApp", put("\"serverGroups\": [{\"serverGroupId\": \"%s\"}]".formatted(group)));

    assertThat(
            api.ok("GetAppLaunchConfiguration", byId)
                .at("/serverGroupLaunchConfigurations/0/serverLaunchConfigurations"))
        .isEmpty();
  }

  @Test
  void deleteApp_leavesNoConfiguration() {
    api.ok("PutAppLaunchConfiguration", group(SERVER));

    api.ok("DeleteApp", byId);

    assertThat(world.raw.show("APP#" + app.at("/appSummary/appId").asText(), "LAUNCH")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"web1\"|\"web-1\"",
        "\"vpc-0123456789abcdef0\"|\"vpc-1\"",
        "\"subnet-01234567\"|\"sg-01234567\"",
        "\"sg-0123456789abcdef0\"|\"default\"",
        "\"our key\"|\"schlüssel\"",
        "\"sms-app-scripts\"|\"scripts\"",
        "\"s.sh\"|\"\\u0001\"",
        "\"u-6tb1.metal\"|\"large\"",
        "\"p@x\"|\"p/x\"",
        "\"SHELL_SCRIPT\"|\"PERL\"",
        "\"SHELL_SCRIPT\"|null",
        "\"s-0a0b0c0d\"|\"s-00000001\""
      })
  void put_wrongMember_isRefused(String replacement) {
    String[] parts = replacement.split("\\|", 2);
    String wrong = SERVER.replace(parts[0], parts[1]);
    assertThat(wrong).isNotEqualTo(SERVER);

    assertThat(api.error("PutAppLaunchConfiguration", group(wrong)))
        .isEqualTo("InvalidParameterException");
    assertThat(summary().get("launchConfigurationStatus").asText()).isEqualTo("NOT_CONFIGURED");
  }

  @Test
  void put_wrongGroups_areRefused() {
    String known = "{\"serverGroupId\": \"" + group + "\"}";
    for (String groups :
        List.of(
            "{\"serverGroupId\": \"sms-group-00000000000000000\"}",
            known + ", " + known,
            known.replace("}", ", \"launchOrder\": -1}"),
            known.replace("}", ", \"launchOrder\": 1001}"))) {
      assertThat(
              api.error(
                  "PutAppLaunchConfiguration",
                  put("\"serverGroupLaunchConfigurations\": [" + groups + "]")))
          .isEqualTo("InvalidParameterException");
    }
    assertThat(
            api.error(
                "PutAppLaunchConfiguration", put("\"serverGroupLaunchConfigurations\": [{}]")))
        .isEqualTo("MissingRequiredParameterException");
    assertThat(api.error("PutAppLaunchConfiguration", group(SERVER + ", " + SERVER)))
        .isEqualTo("InvalidParameterException");
    assertThat(
            api.error(
                "PutAppLaunchConfiguration",
                group(SERVER.replace("\"s.sh\"", "\"" + "é".repeat(513) + "\""))))
        .isEqualTo("InvalidParameterException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PutAppLaunchConfiguration",
        "GetAppLaunchConfiguration",
        "DeleteAppLaunchConfiguration"
      })
  void operation_ofNoApplication_isRefused(String operation) {
    assertThat(api.error(operation, "{}")).isEqualTo("MissingRequiredParameterException");
    assertThat(api.error(operation, TestApi.quoted("appId", "app-00000000000000000")))
        .isEqualTo("InvalidParameterException");
  }
}
