package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/** A connector that is killed in the middle of a run goes on from what is durable. */
@ExtendWith(SharedCloud.class)
class ConnectorCrashIT {
  private static final int ANSWERED_BEFORE_CRASH = 2;

  @Test
  void run_connectorKilled_sendsNothingThatIsDurableAgain(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch)
      throws InterruptedException {
    byte[] disk = SegmentHolder.disk();
    SegmentHolder holder = new SegmentHolder(ANSWERED_BEFORE_CRASH);
    try (Site site = new Site(stack, Site.Place.CRASH, folder);
        StagingProxy proxy = new StagingProxy(stack.cloud().endpointUrl(), holder);
        Images images = new Images(stack)) {
      site.disk("crash", "disk.img", disk);
      ConnectorStart settings =
          site.connectorSettings()
              .with(Map.of("parallelExtents", 1, "heartbeatIntervalSeconds", 10))
              .withEnvironment(Map.of("AWS_ENDPOINT_URL_S3", proxy.url()));
      RunningConnector connector = site.startConnector(settings);
      String jobId = site.createJob(site.serverId("crash"));

      assertThat(holder.awaitHeld()).isTrue();
      connector.kill();
      Set<String> durable = holder.answered();
      holder.release();
      site.startConnector(settings);

      ReplicationRun run = site.awaitCompleted(jobId);
      assertThat(proxy.puts()).hasSize(SegmentHolder.EXTENTS);
      assertThat(durable).hasSize(ANSWERED_BEFORE_CRASH);
      durable.forEach(
          key -> assertThat(proxy.puts().get(key)).as("puts of durable " + key).isEqualTo(1));
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId("crash", "disk.img")), disk, scratch);
    }
  }
}
