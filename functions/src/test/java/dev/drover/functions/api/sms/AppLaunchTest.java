package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.AppId;
import dev.drover.functions.world.World;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LaunchApp and TerminateApp; {@link World#stacks} are what a test makes of them. */
final class AppLaunchTest {
  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;
  private final AppId id = app.id;
  private final String stack = app.stack;

  @BeforeEach
  void replicate() {
    app.configureLaunch("");
    app.replicate(Map.of());
  }

  private JsonNode summary() {
    return app.summary();
  }

  private String status() {
    return app.launchStatus();
  }

  private String message() {
    return summary().path("launchStatusMessage").asText();
  }

  private boolean advance() {
    return app.advance();
  }

  private void launched() {
    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isFalse();
    world.stacks.become(stack, Stacks.Status.COMPLETE, "CREATE_COMPLETE");
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("LAUNCHED");
  }

  @Test
  void launch_makesAStackOfTheTemplate() {
    assertThat(status()).isEqualTo("READY_FOR_LAUNCH");
    api.ok("LaunchApp", app.byId);
    assertThat(status()).isEqualTo("LAUNCH_PENDING");
    assertThat(world.launches.started)
        .containsExactly(
            Map.entry(
                app.appId + "-1",
                "{\"version\":1,\"appId\":\"%s\",\"round\":1}".formatted(app.appId)));

    assertThat(advance()).isFalse();
    assertThat(status()).isEqualTo("LAUNCH_IN_PROGRESS");
    assertThat(world.stacks.requests)
        .containsExactly(
            new Stacks.Request(
                stack,
                "applications/" + app.appId + "/launched.json",
                null,
                Map.of("env", "test", "drover:app", app.appId),
                app.appId + "-1"));
    assertThat(
            TestApi.json(
                    new String(
                        world.objects.bytes("applications/" + app.appId + "/launched.json"),
                        StandardCharsets.UTF_8))
                .get("Resources"))
        .hasSize(3);
    assertThat(advance()).as("CloudFormation is at work").isFalse();
    assertThat(status()).isEqualTo("LAUNCH_IN_PROGRESS");

    world.stacks.become(stack, Stacks.Status.COMPLETE, "CREATE_COMPLETE");
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("LAUNCHED");
    assertThat(summary().at("/launchDetails/stackName").asText()).isEqualTo(stack);
    assertThat(summary().at("/launchDetails/stackId").asText()).contains(stack);
    assertThat(summary().at("/launchDetails/latestLaunchTime").isNumber()).isTrue();
  }

  @Test
  void launch_again_whileItGoesOn_isTheSameLaunch() {
    api.ok("LaunchApp", app.byId);
    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isFalse();
    api.ok("LaunchApp", app.byId);
    assertThat(world.launches.started).hasSize(1);
    assertThat(world.stacks.requests).hasSize(1);
  }

  @Test
  void launch_whoseStackFails_saysWhich() {
    api.ok("LaunchApp", app.byId);
    advance();
    world.stacks.failed(stack, "db1: The subnet ID 'subnet-1' does not exist");
    world.stacks.become(stack, Stacks.Status.NEVER_MADE, "ROLLBACK_COMPLETE");
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("LAUNCH_FAILED");
    assertThat(message()).isEqualTo("db1: The subnet ID 'subnet-1' does not exist");

    api.ok("LaunchApp", app.byId);
    assertThat(message()).isEmpty();
    assertThat(advance()).as("what never was goes first").isFalse();
    assertThat(status()).isEqualTo("LAUNCH_PENDING");
    world.stacks.vanish(stack);
    assertThat(advance()).isFalse();
    assertThat(status()).isEqualTo("LAUNCH_IN_PROGRESS");
    assertThat(world.stacks.requests).hasSize(2);
  }

  @Test
  void launch_ofALaunchedApplication_bringsItToTheNewestImages() {
    launched();
    world.beginNext(app.job(LaunchableApp.SERVERS.getFirst()));
    String ami = app.copy(LaunchableApp.SERVERS.getFirst(), Map.of());
    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isFalse();
    assertThat(status()).isEqualTo("DELTA_LAUNCH_IN_PROGRESS");
    assertThat(
            new String(
                world.objects.bytes("applications/" + app.appId + "/launched.json"),
                StandardCharsets.UTF_8))
        .contains(ami);
    world.stacks.failed(stack, "db1: no capacity");
    world.stacks.become(stack, Stacks.Status.ROLLED_BACK, "UPDATE_ROLLBACK_COMPLETE");
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("DELTA_LAUNCH_FAILED");
    assertThat(message()).isEqualTo("db1: no capacity");

    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isFalse();
    world.stacks.become(stack, Stacks.Status.COMPLETE, "UPDATE_COMPLETE");
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("LAUNCHED");
  }

  @Test
  void launch_whereNothingChanged_isDoneAtOnce() {
    launched();
    world.stacks.changeNothing();
    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("LAUNCHED");
  }

  @Test
  void launch_whereSomebodyElseHasTheName_failsAndLeavesItAlone() {
    world.stacks.addOther(stack);
    api.ok("LaunchApp", app.byId);
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("LAUNCH_FAILED");
    assertThat(message()).contains(stack, "Drover did not make");
    assertThat(world.stacks.requests).isEmpty();
    api.ok("TerminateApp", app.byId);
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("TERMINATED");
    assertThat(world.stacks.find(stack)).as("it is not ours").isPresent();
  }

  @Test
  void terminated_saysWhichVolumesStay() {
    launched();
    world.volumes.add(volume("vol-00000000000000001", app.appId));
    world.volumes.add(volume("vol-00000000000000002", "app-0123456789abcdef0"));
    api.ok("TerminateApp", app.byId);
    assertThat(advance()).isFalse();
    world.stacks.vanish(stack);
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("TERMINATED");
    assertThat(message())
        .isEqualTo(
            "Volumes of its instances stayed, 1 of 8 GiB together (Drover_V1.Audit lists those that are still there): vol-00000000000000001");
  }

  private Volumes.Description volume(String id, String ofApp) {
    return new Volumes.Description(
        id, true, 8, "gp3", world.instant(), Map.of(Volumes.TAG_APP, ofApp));
  }

  @Test
  void deletion_ofWhatIsBeingDeleted_isTheSame() {
    launched();
    String both = "\"forceStopAppReplication\": true, \"forceTerminateApp\": true";
    api.ok("DeleteApp", app.put(both));
    assertThat(summary().get("status").asText()).isEqualTo("DELETING");
    assertThat(api.send("StartAppReplication", app.byId).getBody())
        .contains("OperationNotPermittedException", "is being deleted");
    api.ok("DeleteApp", app.byId);
    assertThat(advance()).isFalse();
    world.stacks.vanish(stack);
    assertThat(advance()).isTrue();
    assertThat(world.state.apps().find(id)).isEmpty();
  }

  @Test
  void deletion_thatMayNotTerminate_leavesTheReplicationToo() {
    launched();
    assertThat(api.error("DeleteApp", app.put("\"forceStopAppReplication\": true")))
        .isEqualTo("OperationNotPermittedException");
    assertThat(summary().get("replicationStatus").asText()).isEqualTo("REPLICATED");
  }

  @Test
  void launch_ofWhatCannotBe_isRefusedAndNothingIsStarted() {
    api.ok("DeleteAppLaunchConfiguration", app.byId);
    assertThat(api.error("LaunchApp", app.byId)).isEqualTo("OperationNotPermittedException");
    assertThat(world.launches.started).isEmpty();
    assertThat(status()).isEqualTo("READY_FOR_CONFIGURATION");
  }

  @Test
  void terminate_deletesTheStackAndKeepsTheImages() {
    launched();
    api.ok("TerminateApp", app.byId);
    assertThat(status()).isEqualTo("TERMINATE_IN_PROGRESS");
    assertThat(api.error("LaunchApp", app.byId)).isEqualTo("OperationNotPermittedException");
    api.ok("TerminateApp", app.byId);
    assertThat(advance()).isFalse();
    assertThat(advance()).isFalse();
    assertThat(api.send("DeleteApp", app.byId).getBody())
        .contains("is being terminated; wait until its launchStatus is TERMINATED, or delete it");
    world.stacks.vanish(stack);
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("TERMINATED");
    assertThat(world.images.registered()).hasSize(3);
    assertThat(summary().get("replicationStatus").asText()).isEqualTo("REPLICATED");
    assertThat(api.error("TerminateApp", app.byId)).isEqualTo("OperationNotPermittedException");
    launched();
  }

  @Test
  void terminate_thatFails_saysWhyAndIsTriedAgain() {
    launched();
    api.ok("TerminateApp", app.byId);
    advance();
    world.stacks.failed(stack, "db1: termination protection");
    world.stacks.become(stack, Stacks.Status.BROKEN, "DELETE_FAILED");
    assertThat(advance()).isTrue();
    assertThat(status()).isEqualTo("TERMINATE_FAILED");
    assertThat(message()).isEqualTo("db1: termination protection");

    api.ok("TerminateApp", app.byId);
    assertThat(advance()).as("it is asked again").isFalse();
    assertThat(status()).isEqualTo("TERMINATE_IN_PROGRESS");
    assertThat(world.stacks.find(stack).orElseThrow().status()).isEqualTo(Stacks.Status.WORKING);
    world.stacks.become(stack, Stacks.Status.BROKEN, "DELETE_FAILED");
    assertThat(advance()).as("once in a round").isTrue();
    assertThat(status()).isEqualTo("TERMINATE_FAILED");

    api.ok("DeleteApp", app.put("\"forceStopAppReplication\": true, \"forceTerminateApp\": true"));
    assertThat(advance()).isFalse();
    world.stacks.vanish(stack);
    assertThat(advance()).isTrue();
    assertThat(api.ok("ListApps", "{}").get("apps")).isEmpty();
  }

  @Test
  void deleteApp_thatIsLaunched_isForcedOnlyAndGoesWithItsStack() {
    launched();
    String forceStop = app.put("\"forceStopAppReplication\": true");
    assertThat(api.send("DeleteApp", forceStop).getBody())
        .contains("OperationNotPermittedException", "forceTerminateApp");
    api.ok("DeleteApp", forceStop.replace("}", ", \"forceTerminateApp\": true}"));
    assertThat(summary().get("status").asText()).isEqualTo("DELETING");
    assertThat(advance()).isFalse();
    world.stacks.vanish(stack);
    assertThat(advance()).isTrue();
    assertThat(api.ok("ListApps", "{}").get("apps")).isEmpty();
    assertThat(world.objects.keys()).noneMatch(key -> key.startsWith("applications/"));
  }

  /** An execution of launch-app that hangs over from an earlier round. */
  @Test
  void advance_ofAnotherRound_doesNothing() {
    api.ok("LaunchApp", app.byId);
    assertThat(world.launchSteps.advance(id, 0)).isTrue();
    assertThat(status()).isEqualTo("LAUNCH_PENDING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LaunchApp", "TerminateApp"})
  void operation_ofNoApplication_isRefused(String operation) {
    assertThat(api.error(operation, "{}")).isEqualTo("MissingRequiredParameterException");
    assertThat(api.error(operation, TestApi.quoted("appId", "app-00000000000000000")))
        .isEqualTo("InvalidParameterException");
  }
}
