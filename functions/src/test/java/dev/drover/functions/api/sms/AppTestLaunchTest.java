package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.Instances.Checks;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.RunEvent;
import dev.drover.functions.world.World;
import dev.drover.protocol.RunId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drover_V1's test launches of an application; {@link World#stacks} is what becomes of them. */
final class AppTestLaunchTest {
  private static final RunId RUN = new RunId("sms-run-00000007");
  private static final String PLACE = "\"subnet\": \"subnet-01234567\", \"minutes\": 30";
  private static final String DB = "i-0000000000000000d";

  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;
  private final AppId id = app.id;
  private final String stack = app.stack + "-test";

  @BeforeEach
  void replicate() {
    app.configureLaunch(", \"logicalId\": \"db\", \"associatePublicIpAddress\": true");
    app.replicate(Map.of("drover:run", RUN.value()));
    world.stacks.resources.putAll(
        Map.of("db", DB, "Server00000002", "i-00000000000000002", "Server00000003", "i-3"));
  }

  private APIGatewayProxyResponseEvent send(String operation, String body) {
    return api.sendDrover(operation, body);
  }

  private JsonNode ok(String operation, String body) {
    return api.okDrover(operation, body);
  }

  private JsonNode test() {
    return ok("GetTestLaunch", app.byId);
  }

  private String state() {
    return test().get("state").asText();
  }

  private boolean isDone() {
    int round = world.state.testLaunches().find(id).orElseThrow().round();
    return world.testLaunchSteps.advance(id, round).isEmpty();
  }

  private void running() {
    ok("TestLaunchApp", app.put(PLACE));
    assertThat(isDone()).isFalse();
    world.stacks.become(stack, Stacks.Status.COMPLETE, "CREATE_COMPLETE");
    assertThat(isDone()).isFalse();
    assertThat(state()).isEqualTo("RUNNING");
  }

  private void ended() {
    assertThat(isDone()).isFalse();
    assertThat(world.stacks.find(stack).orElseThrow().isBeingDeleted()).isTrue();
    world.stacks.vanish(stack);
    assertThat(isDone()).isTrue();
  }

  @Test
  void launch_isAStackOfItsOwnInThatSubnet_andLeavesTheApplicationAlone() {
    App before = world.state.apps().find(id).orElseThrow();
    JsonNode asked = ok("TestLaunchApp", app.put(PLACE));
    assertThat(asked.get("state").asText()).isEqualTo("PENDING");
    assertThat(world.launches.started)
        .containsExactly(
            Map.entry(
                app.appId + "-test-1",
                "{\"version\":1,\"appId\":\"%s\",\"round\":1,\"test\":true}".formatted(app.appId)));
    assertThat(isDone()).isFalse();

    Stacks.Request request = world.stacks.requests.getLast();
    assertThat(request.name()).isEqualTo(stack);
    assertThat(request.tags())
        .containsEntry("drover:app", app.appId)
        .containsEntry("drover:test", "true");
    JsonNode template =
        TestApi.json(
            new String(world.objects.bytes(request.templateKey()), StandardCharsets.UTF_8));
    JsonNode db = template.at("/Resources/db/Properties");
    assertThat(db.at("/NetworkInterfaces/0"))
        .isEqualTo(
            TestApi.json(
                """
                {"DeviceIndex": "0", "AssociatePublicIpAddress": false,
                 "DeleteOnTermination": true, "SubnetId": "subnet-01234567"}
                """));
    assertThat(template.findValuesAsText("DeleteOnTermination")).containsOnly("true");
    assertThat(db.get("Tags").toString()).contains("{\"Key\":\"drover:test\",\"Value\":\"true\"}");
    assertThat(world.state.apps().find(id)).contains(before);
  }

  @Test
  void servers_areLookedAtUntilTheirTimeIsOver_andTheRunsHaveWhatWasSeen() {
    running();
    world.instances.running.put(DB, new Checks("initializing", "initializing"));
    assertThat(isDone()).isFalse();
    assertThat(test().at("/servers/0/systemStatus").asText()).isEqualTo("initializing");
    world.instances.running.put(DB, new Checks("ok", "impaired"));
    world.instances.consoles.put(DB, "x".repeat(5_000) + " login:");
    world.pass(Duration.ofMinutes(29));
    assertThat(isDone()).isFalse();
    assertThat(state()).isEqualTo("RUNNING");

    world.pass(Duration.ofMinutes(2));
    assertThat(isDone()).isFalse();
    assertThat(state()).isEqualTo("ENDING");
    ended();
    JsonNode test = test();
    assertThat(test.get("state").asText()).isEqualTo("ENDED");
    assertThat(test.has("message")).isFalse();
    assertThat(test.at("/servers/0/instanceStatus").asText()).isEqualTo("impaired");
    assertThat(test.at("/servers/0/console").asText()).hasSize(2_000).endsWith(" login:");
    assertThat(test.at("/servers/1/instanceId").asText()).isEqualTo("i-00000000000000002");
    assertThat(test.at("/servers/1").has("systemStatus")).as("EC2 said nothing").isFalse();
    // All servers' AMIs name the same run here, and an event stands once in its story.
    assertThat(world.state.stories().listAfter(RUN, ""))
        .extracting(RunEvent::event)
        .containsExactly("image-tested");
    assertThat(world.log()).contains("image-tested", "impaired", DB);
  }

  @Test
  void wait_isShortUntilAllIsWell_andEndsWithItsTime() {
    running();
    assertThat(world.testLaunchSteps.advance(id, 1)).contains(Duration.ofSeconds(15));
    world.stacks.resources.values().forEach(it -> world.instances.running.put(it, OK));
    assertThat(world.testLaunchSteps.advance(id, 1)).contains(Duration.ofSeconds(60));
    world.pass(Duration.ofMinutes(29).plusSeconds(50));
    assertThat(world.testLaunchSteps.advance(id, 1)).contains(Duration.ofSeconds(11));
  }

  private static final Checks OK = new Checks("ok", "ok");

  @Test
  void launch_thatFails_isTakenBackAndSaysWhy() {
    ok("TestLaunchApp", app.put(PLACE));
    assertThat(isDone()).isFalse();
    world.stacks.failed(stack, "db: no such subnet");
    world.stacks.become(stack, Stacks.Status.NEVER_MADE, "ROLLBACK_COMPLETE");
    assertThat(isDone()).isFalse();
    ended();
    assertThat(state()).isEqualTo("FAILED");
    assertThat(test().get("message").asText()).isEqualTo("db: no such subnet");

    ok("TestLaunchApp", app.put(PLACE));
    assertThat(state()).isEqualTo("PENDING");
    assertThat(world.state.testLaunches().find(id).orElseThrow().round()).isEqualTo(2);
  }

  @Test
  void end_comesSoonerWhereItIsAskedFor() {
    running();
    ok("EndTestLaunch", app.byId);
    assertThat(isDone()).isFalse();
    assertThat(send("TestLaunchApp", app.put("\"subnet\": \"subnet-00000000\"")).getBody())
        .contains("wait until it has ended");
    ended();
    assertThat(state()).isEqualTo("ENDED");
    assertThat(ok("EndTestLaunch", app.byId).get("state").asText()).isEqualTo("ENDED");
  }

  @Test
  void end_thatFails_isTriedUntilTheStackIsGone() {
    running();
    ok("EndTestLaunch", app.byId);
    isDone();
    world.stacks.failed(stack, "db: termination protection");
    world.stacks.become(stack, Stacks.Status.BROKEN, "DELETE_FAILED");
    assertThat(isDone()).isFalse();

    assertThat(state()).isEqualTo("ENDING");
    assertThat(test().get("message").asText()).isEqualTo("db: termination protection");
    assertThat(world.stacks.find(stack).orElseThrow().status()).isEqualTo(Stacks.Status.WORKING);
    assertThat(api.error("DeleteApp", app.put("\"forceStopAppReplication\": true")))
        .isEqualTo("OperationNotPermittedException");
    ended();
    assertThat(state()).isEqualTo("FAILED");
  }

  @Test
  void end_ofWhatWasNotBegun_makesNoStack() {
    ok("TestLaunchApp", app.put(PLACE));
    ok("EndTestLaunch", app.byId);
    assertThat(isDone()).isFalse();
    assertThat(isDone()).isTrue();
    assertThat(world.stacks.requests).isEmpty();
  }

  @Test
  void second_inTheSamePlaceIsTheSame_andElsewhereIsRefused() {
    ok("TestLaunchApp", app.put(PLACE));
    ok("TestLaunchApp", app.put(PLACE));
    assertThat(world.launches.started).hasSize(1);
    assertThat(send("TestLaunchApp", app.put("\"subnet\": \"subnet-00000000\"")).getBody())
        .contains("OperationNotPermittedException", "EndTestLaunch");
  }

  @Test
  void stackOfSomebodyElse_staysAndIsSaid() {
    world.stacks.addOther(stack);
    ok("TestLaunchApp", app.put(PLACE));
    assertThat(isDone()).isTrue();
    assertThat(test().get("message").asText()).contains(stack, "Drover did not make");
    assertThat(world.stacks.find(stack)).isPresent();
  }

  @Test
  void deletion_takesTheTestLaunchAlong() {
    running();
    assertThat(api.send("DeleteApp", app.put("\"forceStopAppReplication\": true")).getBody())
        .contains(
            "OperationNotPermittedException",
            "has a test launch; end that with Drover_V1.EndTestLaunch first, or delete it");
    api.ok("DeleteApp", app.put("\"forceStopAppReplication\": true, \"forceTerminateApp\": true"));
    App now = world.state.apps().find(id).orElseThrow();
    assertThat(world.launchSteps.advance(id, now.launch().round())).isFalse();
    assertThat(world.stacks.find(stack).orElseThrow().isBeingDeleted()).isTrue();
    assertThat(world.launchSteps.advance(id, now.launch().round())).isFalse();
    world.stacks.vanish(stack);
    assertThat(world.launchSteps.advance(id, now.launch().round())).isTrue();
    assertThat(world.state.apps().find(id)).isEmpty();
    assertThat(world.raw.show("APP#" + app.appId, "TEST")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"minutes\": 30",
        "\"subnet\": \"subnet-1\"",
        "\"subnet\": \"subnet-01234567\", \"minutes\": 4",
        "\"subnet\": \"subnet-01234567\", \"minutes\": 1441",
        "\"subnet\": \"subnet-01234567\", \"securityGroup\": \"default\"",
        "\"subnet\": \"subnet-01234567\", \"vpc\": \"vpc-01234567\""
      })
  void wish_thatIsNone_isRefused(String wish) {
    assertThat(send("TestLaunchApp", app.put(wish)).getStatusCode()).isEqualTo(400);
    assertThat(world.state.testLaunches().find(id)).isEmpty();
  }

  @Test
  void launch_ofWhatCannotBeLaunched_orIsNotThere_isRefused() {
    api.ok("DeleteAppLaunchConfiguration", app.byId);
    assertThat(send("TestLaunchApp", app.put(PLACE)).getBody())
        .contains("OperationNotPermittedException", "no launch configuration");
    assertThat(send("GetTestLaunch", app.byId).getBody()).contains("had no test launch yet");
    for (String operation : new String[] {"GetTestLaunch", "EndTestLaunch"}) {
      assertThat(send(operation, "{\"appId\": \"app-0123456789abcdef0\"}").getBody())
          .contains("there is no application");
    }
  }
}
