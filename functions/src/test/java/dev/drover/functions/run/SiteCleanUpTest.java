package dev.drover.functions.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told to release what a run made on its site. */
final class SiteCleanUpTest {
  private static final ConnectorId OTHER = ConnectorId.declared(World.SITE, "site-2");

  private final World world = World.withServer();
  private final Job job = world.hourlyJob(Duration.ZERO);
  private final RunLeftovers leftovers =
      new RunLeftovers(
          world.state,
          world.site,
          new UnusedSnapshots(
              world.state, world.ebs, world.images, world.imports, world.objects, world.eventLog),
          new StagedObjects(world.objects));

  @BeforeEach
  void twoConnectorsOfAVcenter() {
    world.register(OTHER);
    seenBy("vsphere", World.CONNECTOR);
    seenBy("vsphere", OTHER);
  }

  private void seenBy(String sourceType, ConnectorId connector) {
    Server server = world.state.servers().find(World.SERVER).orElseThrow();
    world
        .state
        .servers()
        .see(server.seenAs(server.machine(), sourceType, connector, world.instant()));
  }

  private RunReference handedOver(ConnectorId... connectors) {
    RunReference run = world.begin(job.id());
    for (ConnectorId connector : connectors) {
      assertThat(world.state.runs().handOver(world.run(run), connector, 1, null)).isPresent();
    }
    return run;
  }

  private RunReference failed(ConnectorId... connectors) {
    RunReference run = handedOver(connectors);
    world.fail(run);
    return run;
  }

  private List<String> askedOf(ConnectorId connector) {
    return world.queues.bodies(World.TASK_QUEUES + connector);
  }

  @Test
  void cleanUp_runThatFailed_asksWhoHadItLastAndNobodyElse() {
    RunReference run = failed(World.CONNECTOR, OTHER);

    leftovers.cleanUp(run);

    assertThat(askedOf(OTHER))
        .singleElement()
        .extracting(body -> MessageJson.read("task", body, ConnectorTask.class))
        .isEqualTo(
            new ConnectorTask.CleanUp(
                1, run.runId() + "-clean-up", World.SITE, run.runId(), World.VM_ID));
    assertThat(askedOf(World.CONNECTOR)).isEmpty();
  }

  /** A message that nobody took is gone after an hour. */
  @Test
  void cleanUp_again_asksAgainInTheSameWords() {
    RunReference run = failed(World.CONNECTOR);

    leftovers.cleanUp(run);
    leftovers.cleanUp(run);

    assertThat(askedOf(World.CONNECTOR)).hasSize(2);
    assertThat(askedOf(World.CONNECTOR).getFirst()).isEqualTo(askedOf(World.CONNECTOR).getLast());
  }

  @Test
  void cleanUp_runOfASilentConnector_asksEverybodyWhoSeesTheServer() {
    RunReference run = failed(World.CONNECTOR);
    world.pass(Duration.ofMinutes(6));
    world.see(OTHER);

    leftovers.cleanUp(run);

    assertThat(askedOf(World.CONNECTOR)).hasSize(1);
    assertThat(askedOf(OTHER)).hasSize(1);
  }

  @Test
  void cleanUp_connectorThatIsNotDeployedAnyMore_holdsUpNothing() {
    RunReference run = failed(ConnectorId.declared(World.SITE, "gone"));

    leftovers.cleanUp(run);

    assertThat(askedOf(World.CONNECTOR)).hasSize(1);
    assertThat(askedOf(OTHER)).hasSize(1);
  }

  @Test
  void cleanUp_runThatNoConnectorHad_asksNobody() {
    leftovers.cleanUp(failed());

    assertThat(world.queues.take()).isEmpty();
  }

  @Test
  void cleanUp_serverOfAFolder_asksNobody() {
    seenBy("folder", World.CONNECTOR);

    leftovers.cleanUp(failed(World.CONNECTOR));

    assertThat(world.queues.take()).isEmpty();
  }

  /** Who succeeds notes the release before it says so. */
  @Test
  void cleanUp_runThatSucceededAtOnce_asksNobody() {
    RunReference run = completed(World.CONNECTOR);

    leftovers.cleanUp(run);

    assertThat(askedOf(World.CONNECTOR)).isEmpty();
  }

  /** The first one may have fallen silent with its VM snapshot. */
  @Test
  void cleanUp_runThatAnotherConnectorCompleted_asksThatOne() {
    RunReference run = completed(World.CONNECTOR, OTHER);

    leftovers.cleanUp(run);

    assertThat(askedOf(OTHER)).hasSize(1);
  }

  private RunReference completed(ConnectorId... connectors) {
    RunReference run = handedOver(connectors);
    world
        .state
        .transaction()
        .with(world.state.runs().publish(run, "ami-1", "Completed", world.instant()))
        .commit();
    assertThat(world.run(run).state()).isEqualTo(Run.State.COMPLETED);
    return run;
  }

  @Test
  void cleanUp_runThatTheJobsNextStartGoesOnWith_asksNobody() {
    RunReference run = handedOver(World.CONNECTOR);
    keep(run, Job.State.ACTIVE);

    leftovers.cleanUp(run);

    assertThat(askedOf(World.CONNECTOR)).isEmpty();
  }

  /** A person has to start it; a VM snapshot does not grow for that long. */
  @Test
  void cleanUp_runThatIsKeptOfAJobThatIsPaused_asks() {
    RunReference run = handedOver(World.CONNECTOR);
    keep(run, Job.State.PAUSED_ON_FAILURE);

    leftovers.cleanUp(run);

    assertThat(askedOf(World.CONNECTOR)).hasSize(1);
    assertThat(world.run(run).isResumable()).isTrue();
  }

  private void keep(RunReference run, Job.State to) {
    world.fail(run, to, world.instant().plus(Duration.ofDays(4)));
  }
}
