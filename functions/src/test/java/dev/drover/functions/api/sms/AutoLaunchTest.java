package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.RunId;
import dev.drover.protocol.ServerId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An application that is launched by itself when each of its servers has an AMI. */
final class AutoLaunchTest {
  private static final ServerId LAST = LaunchableApp.SERVERS.getLast();

  private final LaunchableApp app = new LaunchableApp();
  private final TestApi api = app.api;
  private final World world = app.world;
  private final AppId id = app.id;

  private void configure(String ofDb) {
    app.configureLaunch(ofDb, ", \"autoLaunch\": true");
  }

  private String status() {
    return app.launchStatus();
  }

  /** What the execution does that a look starts; whether it ends. */
  private boolean look() {
    return world.launchSteps.advance(id, 1);
  }

  private Job job(ServerId server) {
    return world.state.jobs().find(app.job(server)).orElseThrow();
  }

  @Test
  void application_isLaunched_whenItsLastServerHasAnAmi() {
    configure("");
    app.startReplication();
    LaunchableApp.SERVERS.stream().filter(server -> !server.equals(LAST)).forEach(app::copy);
    assertThat(look()).as("it waits for the last").isTrue();
    assertThat(status()).isEqualTo("READY_FOR_LAUNCH");

    app.copy(LAST);
    RunId run = new RunId("sms-run-00000009");
    world.autoLaunch.afterRun(job(LAST), new RunReference(job(LAST).id(), run));
    assertThat(world.launches.started)
        .contains(
            Map.entry(
                app.appId + "-auto-" + run,
                "{\"version\":1,\"appId\":\"%s\",\"round\":1}".formatted(app.appId)));
    assertThat(look()).isFalse();
    assertThat(status()).isEqualTo("LAUNCH_PENDING");
    assertThat(look()).isFalse();
    assertThat(status()).isEqualTo("LAUNCH_IN_PROGRESS");
    assertThat(world.stacks.requests).hasSize(1);
    assertThat(api.ok("GetAppLaunchConfiguration", app.byId).get("autoLaunch").asBoolean())
        .isTrue();
  }

  @Test
  void application_thatWasTerminated_isNotLaunchedAgain() {
    configure("");
    app.replicate(Map.of());
    assertThat(look()).isFalse();
    assertThat(look()).isFalse();
    api.ok("TerminateApp", app.byId);
    world.stacks.vanish("sms-" + app.appId);
    App now = world.state.apps().find(id).orElseThrow();
    assertThat(world.launchSteps.advance(id, now.launch().round())).isTrue();
    assertThat(look()).isTrue();
    world.launchSteps.advance(world.state.apps().find(id).orElseThrow());
    assertThat(status()).isEqualTo("TERMINATED");
  }

  @Test
  void application_thatCannotBeLaunched_saysWhyAndIsNotTriedAgain() {
    configure(", \"vpc\": \"vpc-01234567\"");
    app.replicate(Map.of());
    assertThat(look()).isTrue();
    assertThat(status()).isEqualTo("LAUNCH_FAILED");
    assertThat(api.ok("GetApp", app.byId).at("/appSummary/launchStatusMessage").asText())
        .contains("no subnet of it is named");
    assertThat(look()).isTrue();
    assertThat(world.stacks.requests).isEmpty();
  }

  @Test
  void application_whoseReplicationWasStopped_isNotLaunched() {
    configure("");
    app.replicate(Map.of());
    api.ok("StopAppReplication", app.byId);
    assertThat(look()).isTrue();
    assertThat(status()).isEqualTo("READY_FOR_LAUNCH");
  }

  @Test
  void configuration_thatComesAfterTheReplication_isLookedAtAtOnce() {
    app.configureLaunch("");
    app.replicate(Map.of());
    assertThat(look()).as("nobody asked for it").isTrue();
    assertThat(status()).isEqualTo("READY_FOR_LAUNCH");
    assertThat(world.launches.started).isEmpty();

    configure("");
    assertThat(world.launches.started.keySet())
        .singleElement()
        .satisfies(name -> assertThat(name).startsWith(app.appId + "-auto-revision-"));
    assertThat(look()).isFalse();
    assertThat(status()).isEqualTo("LAUNCH_PENDING");
  }

  @Test
  void job_knowsItsApplication() {
    app.configureLaunch("");
    app.replicate(Map.of());
    assertThat(AppRound.of(job(LAST))).contains(new AppRound(id, 1));
    world.add(World.SERVER, "alone");
    assertThat(AppRound.of(world.job())).isEmpty();
  }

  @Test
  void runs_ofOthers_startNoLook() {
    app.configureLaunch("");
    app.replicate(Map.of());
    List<ServerId> alone = List.of(new ServerId("s-00000009"));
    world.add(alone.getFirst(), "alone");
    api.ok(
        "CreateReplicationJob",
        """
        {"serverId": "s-00000009", "seedReplicationTime": 1793664000, "frequency": 12}
        """);
    for (ServerId server : List.of(alone.getFirst(), LAST)) {
      world.autoLaunch.afterRun(
          job(server), new RunReference(job(server).id(), new RunId("sms-run-00000009")));
    }
    assertThat(world.launches.started).isEmpty();
  }
}
