package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.DroverApi;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sms.model.Connector;
import software.amazon.awssdk.services.sms.model.OperationNotPermittedException;
import software.amazon.awssdk.services.sms.model.ReplicationJob;
import software.amazon.awssdk.services.sms.model.ReplicationJobState;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunType;

/**
 * A seed time in the future is kept by EventBridge Scheduler, and so is a time that
 * UpdateReplicationJob sets. With {@link Site} this calls every operation on servers, jobs and runs
 * by SMS's own SDK.
 */
@ExtendWith(SharedCloud.class)
class ScheduledRunIT {
  private static final int SECONDS_AHEAD = 8;

  @Test
  void job_seedTimeAhead_startsByTheScheduleAndOnce(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) {
    byte[] disk = {1, 2, 3};
    try (Site site = new Site(stack, Site.Place.SCHEDULE, folder);
        Images images = new Images(stack)) {
      site.disk("later", "disk.img", disk);
      site.startConnector();
      String serverId = site.serverId("later");
      Instant seed = Instant.now().plusSeconds(SECONDS_AHEAD);
      String jobId =
          site.sms()
              .createReplicationJob(
                  request -> request.serverId(serverId).seedReplicationTime(seed).runOnce(true))
              .replicationJobId();
      assertThat(site.runs(jobId)).as("runs before the seed time").isEmpty();

      ReplicationRun run = site.awaitCompleted(jobId);

      assertThat(run.type()).isEqualTo(ReplicationRunType.AUTOMATIC);
      assertThat(run.completedTime()).isAfter(seed.minusSeconds(1));
      assertThat(site.runs(jobId)).hasSize(1);
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId("later", "disk.img")), disk, scratch);
      assertThat(ended(site, jobId, ReplicationJobState.COMPLETED)).isNotNull();
      assertThat(story(stack, run.replicationRunId()))
          .startsWith("run-scheduled")
          .contains(
              "run-begun",
              "run-handed-over",
              "generation-opened",
              "run-uploaded",
              "snapshot-completing",
              "image-registered",
              "run-completed");
      moved(site, serverId);
      removed(site);
    }
  }

  private static List<String> story(DeployedStack stack, String runId) {
    return new DroverApi(stack.apiUrl())
        .call("GetReplicationRunHistory", "{\"replicationRunId\": \"%s\"}".formatted(runId))
        .path("events")
        .findValuesAsText("event");
  }

  /** A job of the far future whose run is moved to now, and which is deleted then. */
  private static void moved(Site site, String serverId) {
    String jobId =
        site.sms()
            .createReplicationJob(
                request ->
                    request
                        .serverId(serverId)
                        .seedReplicationTime(Instant.now().plus(Duration.ofDays(20)))
                        .frequency(24))
            .replicationJobId();
    Instant soon = Instant.now().plusSeconds(SECONDS_AHEAD);
    site.sms()
        .updateReplicationJob(
            request -> request.replicationJobId(jobId).nextReplicationRunStartTime(soon));

    ReplicationRun run = site.awaitCompleted(jobId);

    assertThat(run.type()).isEqualTo(ReplicationRunType.AUTOMATIC);
    assertThat(run.completedTime()).isAfter(soon.minusSeconds(1));
    assertThatThrownBy(() -> site.sms().deleteServerCatalog(request -> {}))
        .isInstanceOf(OperationNotPermittedException.class)
        .hasMessageContaining("delete the jobs first");
    site.sms().deleteReplicationJob(request -> request.replicationJobId(jobId));
    assertThat(ended(site, jobId, ReplicationJobState.DELETED)).isNotNull();
  }

  private static ReplicationJob ended(Site site, String jobId, ReplicationJobState as) {
    return Site.await(
        Duration.ofMinutes(1),
        "the end of job " + jobId + " as " + as,
        () ->
            site
                .sms()
                .getReplicationJobs(request -> request.replicationJobId(jobId))
                .replicationJobList()
                .stream()
                .filter(job -> job.state() == as)
                .findFirst());
  }

  /** Its connector takes part no more: nothing can be told of this place after that. */
  private static void removed(Site site) {
    String id = site.place().connectorId().value();
    assertThat(connectors(site)).contains(id);
    site.sms().disassociateConnector(request -> request.connectorId(id));
    assertThat(connectors(site)).doesNotContain(id);
  }

  private static List<String> connectors(Site site) {
    return site.sms().getConnectorsPaginator(request -> {}).connectorList().stream()
        .map(Connector::connectorId)
        .toList();
  }
}
