package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.DeployedStack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sms.model.ReplicationJobState;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunType;

/** A seed time in the future is kept by EventBridge Scheduler. */
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
      assertThat(
              Site.await(
                  Duration.ofMinutes(1),
                  "the end of a job that runs once",
                  () ->
                      site
                          .sms()
                          .getReplicationJobs(request -> request.replicationJobId(jobId))
                          .replicationJobList()
                          .stream()
                          .filter(job -> job.state() == ReplicationJobState.COMPLETED)
                          .findFirst()))
          .isNotNull();
    }
  }
}
