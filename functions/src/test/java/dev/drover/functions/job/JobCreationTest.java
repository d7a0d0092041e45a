package dev.drover.functions.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JobCreationTest {
  private final World world = World.withServer();

  private JobCreation.Outcome create(ServerId serverId, @Nullable String clientRequest) {
    return world.creation.create(
        new JobCreation.Wish(
            serverId,
            world.instant(),
            null,
            true,
            new Job.Settings(null, null, null, null, false, null),
            clientRequest));
  }

  private static JobId created(JobCreation.Outcome outcome) {
    assertThat(outcome).isInstanceOf(JobCreation.Outcome.Created.class);
    return ((JobCreation.Outcome.Created) outcome).jobId();
  }

  @Test
  void create_freeServer_belongsToTheJob() {
    JobId jobId = created(create(World.SERVER, "call-1"));

    Server server = world.state.servers().find(World.SERVER).orElseThrow();
    assertThat(server.replicationJobId()).isEqualTo(jobId);
    assertThat(server.replicationJobTerminated()).isFalse();
    assertThat(world.job(jobId).state()).isEqualTo(Job.State.PENDING);
  }

  @Test
  void create_sameRequestAgain_isTheSameJob() {
    JobId first = created(create(World.SERVER, "call-1"));

    assertThat(created(create(World.SERVER, "call-1"))).isEqualTo(first);
    assertThat(world.state.jobs().list()).hasSize(1);
    assertThat(world.executions.started).hasSize(1);
  }

  @Test
  void create_sameRequestAfterTheJobCompleted_isStillTheSameJob() {
    JobId first = created(create(World.SERVER, "call-1"));
    world.publish(first, "ami-1");
    world.state.transaction().with(world.state.jobs().complete(first)).commit();

    assertThat(created(create(World.SERVER, "call-1"))).isEqualTo(first);
  }

  @Test
  void create_withoutRequestIdTwice_isRefused() {
    JobId first = created(create(World.SERVER, null));

    assertThat(create(World.SERVER, null)).isEqualTo(new JobCreation.Outcome.JobExists(first));
  }

  @Test
  void create_serverWhoseJobCompleted_isFree() {
    JobId first = created(create(World.SERVER, "call-1"));
    world.publish(first, "ami-1");
    world.state.transaction().with(world.state.jobs().complete(first)).commit();

    assertThat(created(create(World.SERVER, "call-2"))).isNotEqualTo(first);
  }

  @Test
  void create_unknownServer_isRefused() {
    assertThat(create(new ServerId("s-00000000"), null))
        .isEqualTo(new JobCreation.Outcome.NoSuchServer());
  }

  @Test
  void create_connectorSilentForFiveMinutes_isRefused() {
    world.pass(Connector.HEALTHY_WITHIN.minus(Duration.ofMillis(1)));
    assertThat(create(World.SERVER, null)).isInstanceOf(JobCreation.Outcome.Created.class);
    world.add(new ServerId("s-11111111"), "db");
    world.pass(Duration.ofMillis(1));

    assertThat(create(new ServerId("s-11111111"), null))
        .isEqualTo(
            new JobCreation.Outcome.NoConnector(
                World.SITE,
                List.of(
                    "Connector "
                        + World.CONNECTOR
                        + " was last heard of at 2026-11-23T14:00:00Z: see that it runs and reaches"
                        + " AWS.")));
  }
}
