package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.app.AppConfiguration;
import dev.drover.functions.app.AppCreation;
import dev.drover.functions.app.AppLimits;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.app.GroupWish;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.ReplicationSettings;
import dev.drover.functions.world.World;
import dev.drover.protocol.ServerId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class UnfinishedAppsTest {
  private static final ServerId OTHER = new ServerId("s-00000001");

  private final World world = World.withServer();
  private final UnfinishedApps station =
      new UnfinishedApps(
          world.state, world.appReplication, world.launchSteps, world.testLaunchSteps);

  private AppId app(ServerId... servers) {
    AppCreation creation =
        new AppCreation(world.state, new AppLimits(50, 10, 50), world, world.eventLog);
    AppOutcome created =
        creation.create(
            new AppCreation.Wish(
                new App.About("shop", null, null),
                List.of(new GroupWish(null, null, List.of(servers))),
                List.of(),
                null,
                null));
    if (created instanceof AppOutcome.Done done) {
      new AppConfiguration(world.state, world.eventLog)
          .putReplication(
              done.app().id(), List.of(servers).stream().map(UnfinishedAppsTest::hourly).toList());
      return done.app().id();
    }
    throw new AssertionError(created);
  }

  private static ReplicationSettings hourly(ServerId server) {
    return new ReplicationSettings(server, null, 1, null, null, null, null, null);
  }

  private App now(AppId id) {
    return world.state.apps().find(id).orElseThrow();
  }

  /** The application as a call left it that died. */
  private void leave(App app) {
    assertThat(world.state.transaction().with(world.state.apps().replace(app)).commit()).isTrue();
  }

  private void lookAll() {
    @Nullable String from = null;
    do {
      Station.Leg leg = station.look(from);
      leg.works().forEach(work -> work.work().run());
      from = leg.next();
    } while (from != null);
  }

  private List<Job> jobs() {
    return world.state.jobs().list().toList();
  }

  @Test
  void look_startThatDiedBeforeItsJobs_makesThem() {
    world.add(OTHER, "db");
    AppId id = app(World.SERVER, OTHER);
    leave(now(id).replicated(now(id).replication().started()));

    lookAll();
    lookAll();

    assertThat(jobs()).hasSize(2);
    assertThat(now(id).replication().servers())
        .extracting(App.ServerReplication::jobId)
        .containsExactlyInAnyOrderElementsOf(jobs().stream().map(Job::id).toList());
  }

  @Test
  void look_startThatDiedBehindItsJobs_namesThemAndMakesNoOthers() {
    AppId id = app(World.SERVER);
    world.appReplication.start(id);
    leave(now(id).replicated(now(id).replication().with(List.of())));

    lookAll();

    assertThat(now(id).replication().servers())
        .extracting(App.ServerReplication::jobId)
        .containsExactly(jobs().getFirst().id());
    assertThat(jobs()).hasSize(1);
  }

  @Test
  void look_serverThatHadNoConnector_getsItsJobWhenThereIsOne() {
    AppId id = app(World.SERVER);
    world.pass(Connector.HEALTHY_WITHIN);
    world.appReplication.start(id);
    lookAll();
    assertThat(jobs()).isEmpty();
    world.see(World.CONNECTOR);

    lookAll();

    assertThat(jobs()).hasSize(1);
  }

  @Test
  void look_stopThatDiedBeforeItsDeletions_deletes() {
    AppId id = app(World.SERVER);
    world.appReplication.start(id);
    App started = now(id);
    leave(started.replicated(started.replication().stopped(started.replication().servers())));

    lookAll();

    assertThat(jobs().getFirst().state()).isIn(Job.State.DELETING, Job.State.DELETED);
  }

  @Test
  void look_applicationsThatAreAsTheyShouldBe_changesNothing() {
    AppId started = app(World.SERVER);
    world.appReplication.start(started);
    for (int i = 0; i < 12; i++) {
      app();
    }
    App before = now(started);

    lookAll();

    assertThat(now(started)).isEqualTo(before);
    assertThat(station.look(null).next()).as("they are looked at in parts").isNotNull();
  }
}
