package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.AppId;
import dev.drover.functions.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of the validations of a launch; the servers are what a test says in their names. */
final class AppValidationTest {
  private static final String SERVER = "Server00000001";
  private static final String INSTANCE = "i-0123456789abcdef0";
  private static final String OTHER = "i-0123456789abcdef1";
  private static final String NOTIFY = "NotifyAppValidationOutput";
  private static final String UNAUTHORIZED = "UnauthorizedOperationException";

  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;
  private final AppId id = app.id;
  private final String stack = app.stack;

  @BeforeEach
  void configure() {
    app.configureLaunch(", \"iamInstanceProfileName\": \"sms-app-db\"");
    app.replicate(Map.of());
    validate("check.sh");
  }

  private void validate(String key) {
    validate("", key);
  }

  private void validate(String more, String key) {
    api.ok(
        "PutAppValidationConfiguration",
        app.put(
            """
            "serverGroupValidationConfigurations": [{"serverGroupId": "%s",
              "serverValidationConfigurations": [{"server": {"serverId": "s-00000001"},
                %s"name": "db-answers", "serverValidationStrategy": "USERDATA",
                "userDataValidationParameters": {"scriptType": "SHELL_SCRIPT",
                  "source": {"s3Location": {"bucket": "sms-app-scripts", "key": "%s"}}}}]}]
            """
                .formatted(app.groups.get(1), more, key)));
  }

  private JsonNode output() {
    return api.ok("GetAppValidationOutput", app.byId).at("/validationOutputList/0");
  }

  private String status() {
    return output().get("status").asText();
  }

  private String validationId() {
    return output().get("validationId").asText();
  }

  private boolean advance() {
    return app.advance();
  }

  private static String guest(String instanceId) {
    return "arn:aws:sts::000000000000:assumed-role/sms-app-db/" + instanceId;
  }

  private String told(String validationId, String status) {
    return app.put(
        "\"notificationContext\": {\"validationId\": \"%s\", \"status\": \"%s\", \"statusMessage\": \"exit code 0\"}"
            .formatted(validationId, status));
  }

  private APIGatewayProxyResponseEvent tell(String callerArn, String status) {
    return api.sendAs(callerArn, NOTIFY, told(validationId(), status));
  }

  private void isHeard(String status) {
    assertThat(tell(guest(INSTANCE), status).getStatusCode()).isEqualTo(200);
  }

  /** The instance runs; the stack is not complete. */
  private void launching() {
    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isFalse();
    world.stacks.resources.put(SERVER, INSTANCE);
  }

  private boolean complete() {
    world.stacks.become(stack, Stacks.Status.COMPLETE, "COMPLETE");
    return advance();
  }

  @Test
  void validation_isWhatItsServerTells() {
    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
    launching();
    assertThat(status()).isEqualTo("PENDING");

    isHeard("IN_PROGRESS");
    assertThat(status()).isEqualTo("IN_PROGRESS");
    assertThat(complete()).as("it is waited for").isFalse();
    world.pass(Duration.ofMinutes(2));
    isHeard("SUCCEEDED");

    JsonNode output = output();
    assertThat(output.get("status").asText()).isEqualTo("SUCCEEDED");
    assertThat(output.get("statusMessage").asText()).isEqualTo("exit code 0");
    assertThat(output.get("name").asText()).isEqualTo("db-answers");
    assertThat(output.get("latestValidationTime").asDouble())
        .isEqualTo(world.instant().toEpochMilli() / 1000.0);
    assertThat(output.at("/serverValidationOutput/server/serverId").asText())
        .isEqualTo("s-00000001");
    assertThat(advance()).isTrue();
    assertThat(api.ok("GetApp", app.byId).at("/appSummary/launchStatus").asText())
        .isEqualTo("LAUNCHED");
  }

  @Test
  void launchByItself_isValidated() {
    app.configureLaunch(", \"iamInstanceProfileName\": \"sms-app-db\"", ", \"autoLaunch\": true");
    assertThat(world.launchSteps.advance(id, 1)).isFalse();
    assertThat(status()).isEqualTo("PENDING");
    assertThat(advance()).isFalse();
    world.stacks.resources.put(SERVER, INSTANCE);

    isHeard("SUCCEEDED");
    assertThat(status()).isEqualTo("SUCCEEDED");
  }

  @Test
  void userData_hasTheValidationBehindAllElse() {
    world.customerObjects.put("sms-app-scripts", "user", "#!/bin/sh\necho first\n");
    app.configureLaunch(
        """
        , "iamInstanceProfileName": "sms-app-db",
        "userData": {"s3Location": {"bucket": "sms-app-scripts", "key": "user"}}
        """);
    validate("a b/'$(reboot)'/é.sh");
    launching();

    String template =
        new String(
            world.objects.bytes("applications/" + app.appId + "/launched.json"),
            StandardCharsets.UTF_8);
    String userData =
        new String(
            Base64.getDecoder()
                .decode(
                    TestApi.json(template)
                        .at("/Resources/" + SERVER + "/Properties/UserData")
                        .asText()),
            StandardCharsets.UTF_8);
    assertThat(userData)
        .contains("\nvalidation='" + validationId() + "'\n", "\napi='" + World.API_URL + "'\n")
        .contains("\nscript='sms-app-scripts/a%20b/%27%24%28reboot%29%27/%C3%A9.sh'\n")
        .contains("\napp='" + app.appId + "'\n");
    assertThat(userData.indexOf("echo first")).isLessThan(userData.indexOf("validation="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:iam::000000000000:user/ops",
        "arn:aws:sts::000000000000:assumed-role/admin/" + INSTANCE,
        "arn:aws:sts::000000000000:assumed-role/sms-app-db/" + OTHER,
        "arn:aws:sts::000000000000:assumed-role/sms-app-db/somebody",
        "arn:aws:iam::000000000000:assumed-role/sms-app-db/" + INSTANCE,
      })
  void whoIsNotTheServer_isNotHeard(String callerArn) {
    launching();
    world.stacks.resources.put("Server00000002", OTHER);

    assertThat(tell(callerArn, "SUCCEEDED").getBody())
        .contains(UNAUTHORIZED)
        .doesNotContain(INSTANCE, "s-00000001");

    assertThat(status()).isEqualTo("PENDING");
  }

  @Test
  void server_thatTellsOfAnothersOrOfNone_isAnsweredAlike() {
    launching();
    String none = told("val-00000000000000000", "SUCCEEDED");
    String body = tell(guest(OTHER), "SUCCEEDED").getBody();

    assertThat(api.sendAs(guest(INSTANCE), NOTIFY, none).getBody()).isEqualTo(body);
  }

  @Test
  void server_mayCallNothingElse() {
    launching();

    assertThat(api.sendAs(guest(INSTANCE), "GetApp", app.byId).getBody())
        .contains(UNAUTHORIZED)
        .doesNotContain("shop");
    assertThat(api.sendAs(guest(INSTANCE), "TerminateApp", app.byId).getStatusCode())
        .isEqualTo(400);
  }

  @Test
  void server_thatTellsTooEarlyOrAfterTheEnd_isNotHeard() {
    api.ok("LaunchApp", app.byId);
    world.stacks.resources.put(SERVER, INSTANCE);
    assertThat(tell(guest(INSTANCE), "SUCCEEDED").getBody()).contains(UNAUTHORIZED);
    assertThat(advance()).isFalse();
    isHeard("SUCCEEDED");
    assertThat(complete()).isTrue();
    api.ok("TerminateApp", app.byId);

    assertThat(tell(guest(INSTANCE), "FAILED").getBody()).contains(UNAUTHORIZED);
    assertThat(status()).as("what was told stays").isEqualTo("SUCCEEDED");
  }

  @Test
  void end_thatWasTold_isTheEnd() {
    launching();
    isHeard("FAILED");
    isHeard("FAILED");
    isHeard("SUCCEEDED");

    assertThat(status()).isEqualTo("FAILED");
  }

  @Test
  void server_thatTellsNothing_hasFailedAfterItsTime() {
    launching();
    assertThat(complete()).isFalse();
    world.pass(Duration.ofMinutes(30));
    assertThat(advance()).isFalse();
    assertThat(status()).isEqualTo("PENDING");
    world.pass(Duration.ofSeconds(1));

    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(output().get("statusMessage").asText())
        .startsWith("Instance " + INSTANCE + " told nothing within 30 minutes")
        .contains("s3://sms-app-scripts/check.sh");
    isHeard("SUCCEEDED");
    assertThat(status()).as("too late").isEqualTo("FAILED");
  }

  @Test
  void server_thatTellsNoEnd_hasFailedAfterItsTime() {
    launching();
    isHeard("IN_PROGRESS");
    complete();
    world.pass(Duration.ofMinutes(31));
    assertThat(advance()).isTrue();

    assertThat(output().get("statusMessage").asText()).contains("script began, and not how");
  }

  @Test
  void relaunch_keepsTheResultOfAnInstanceThatStays() {
    launching();
    isHeard("SUCCEEDED");
    complete();
    double then = output().get("latestValidationTime").asDouble();
    world.pass(Duration.ofHours(1));
    api.ok("LaunchApp", app.byId);
    assertThat(status()).isEqualTo("PENDING");
    advance();

    assertThat(complete()).isTrue();
    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(output().get("latestValidationTime").asDouble()).isEqualTo(then);
  }

  @Test
  void relaunch_withAnotherScript_doesNotKeepTheResultOfTheOneBefore() {
    launching();
    isHeard("SUCCEEDED");
    complete();
    validate("\"validationId\": \"%s\", ".formatted(validationId()), "other.sh");
    api.ok("LaunchApp", app.byId);
    advance();

    assertThat(complete()).isFalse();
    assertThat(status()).isEqualTo("PENDING");
    world.pass(Duration.ofMinutes(31));
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("FAILED");
    assertThat(output().get("statusMessage").asText())
        .contains("told nothing", "did not replace runs no script anew");
  }

  @Test
  void relaunch_waitsForTheInstanceThatCame() {
    launching();
    isHeard("SUCCEEDED");
    complete();
    api.ok("LaunchApp", app.byId);
    advance();
    world.stacks.resources.put(SERVER, OTHER);
    assertThat(tell(guest(INSTANCE), "SUCCEEDED").getBody()).contains(UNAUTHORIZED);

    assertThat(complete()).isFalse();
    assertThat(status()).isEqualTo("PENDING");
    assertThat(tell(guest(OTHER), "FAILED").getStatusCode()).isEqualTo(200);
    assertThat(status()).isEqualTo("FAILED");
    assertThat(advance()).isTrue();
  }

  @Test
  void launch_thatFails_hasNoResults() {
    launching();
    isHeard("SUCCEEDED");
    world.stacks.failed(stack, "Server00000002: no capacity");
    world.stacks.become(stack, Stacks.Status.NEVER_MADE, "ROLLBACK_COMPLETE");

    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
    assertThat(output().has("latestValidationTime")).isFalse();
  }

  @Test
  void anotherScript_hasNotTheResultOfTheOneBefore() {
    launching();
    isHeard("SUCCEEDED");
    complete();
    validate("other.sh");

    assertThat(status()).isEqualTo("READY_FOR_VALIDATION");
    api.ok("DeleteAppValidationConfiguration", app.byId);
    assertThat(api.ok("GetAppValidationOutput", app.byId).get("validationOutputList")).isEmpty();
  }

  @Test
  void deleteApp_leavesNoResult() {
    launching();
    String key = "VALIDATED#" + validationId();
    assertThat(world.raw.show("APP#" + app.appId, key)).isNotEmpty();
    complete();
    api.ok("DeleteApp", app.put("\"forceStopAppReplication\": true, \"forceTerminateApp\": true"));
    advance();
    world.stacks.vanish(stack);
    advance();

    assertThat(world.raw.show("APP#" + app.appId, key)).isEmpty();
  }

  @Test
  void launch_ofAValidationThatNoGuestCouldRun_isRefusedWithTheNextStep() {
    app.configureLaunch("");
    assertThat(refusal()).contains("s-00000001", "no iamInstanceProfileName");
    app.configureLaunch(", \"iamInstanceProfileName\": \"sms-app-db\"");
    validate("../check.sh");
    assertThat(refusal()).contains("'..'", "copy the script to another key");
    world.customerObjects.put("sms-app-scripts", "user", "#!/bin/sh\n" + "x".repeat(14_000));
    validate("check.sh");
    app.configureLaunch(
        """
        , "iamInstanceProfileName": "sms-app-db",
        "userData": {"s3Location": {"bucket": "sms-app-scripts", "key": "user"}}
        """);
    assertThat(refusal()).contains("configure script and validation are", "16,384");
  }

  private String refusal() {
    return TestApi.json(api.send("LaunchApp", app.byId).getBody()).path("message").asText();
  }
}
