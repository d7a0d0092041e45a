package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.LongTest;
import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/** Two connectors of one environment: what one leaves, the other goes on with. */
@ExtendWith(SharedCloud.class)
class TakeOverIT {
  private static final int ANSWERED_BEFORE_END = 2;

  /** A silent connector is waited for for five minutes. */
  private static final Duration TAKE_OVER_LIMIT = Duration.ofMinutes(9);

  /** A run waits five minutes for a connector that says nothing any more. */
  @Test
  @LongTest("takes six minutes")
  void run_connectorKilledInItsMiddle_isTakenOverByAnother(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch)
      throws InterruptedException, IOException {
    byte[] disk = SegmentHolder.disk();
    SegmentHolder holder = new SegmentHolder(ANSWERED_BEFORE_END);
    try (Site site = new Site(stack, Site.Place.TAKE_OVER, folder);
        StagingProxy proxy = new StagingProxy(stack.cloud().endpointUrl(), holder);
        Images images = new Images(stack)) {
      Path file = site.disk("shared", "disk.img", disk);
      RunningConnector first = site.startConnector(settings(site, proxy, 1));
      String jobId = site.createJob(site.serverId("shared"));
      assertThat(holder.awaitHeld()).isTrue();
      RunningConnector second = site.startConnector(settings(site, proxy, 2));
      Set<String> durable = holder.answered();
      assertThat(durable).hasSize(ANSWERED_BEFORE_END);

      first.kill();
      holder.release();

      ReplicationRun run = site.awaitCompleted(jobId, TAKE_OVER_LIMIT);
      durable.forEach(
          key -> assertThat(proxy.puts().get(key)).as("puts of durable " + key).isEqualTo(1));
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId("shared", "disk.img")), disk, scratch);

      assertThat(proxy.digestListsRead()).isEmpty();
      int sent = proxy.puts().size();
      disk[0]++;
      Files.write(file, disk);
      site.startConnector(settings(site, proxy, 1));
      second.stop();
      site.startRun(jobId);
      ReplicationRun next = site.awaitCompleted(jobId, TAKE_OVER_LIMIT);
      assertThat(proxy.puts()).as("the changed extent alone is sent").hasSize(sent + 1);
      assertThat(proxy.digestListsRead()).as("the first connector has no index").hasSize(1);
      images.assertIdentical(
          images.snapshotOf(next.amiId(), Site.diskId("shared", "disk.img")), disk, scratch);
    }
  }

  private static ConnectorStart settings(Site site, StagingProxy proxy, int number) {
    return site.connectorSettings(number)
        .with(Map.of("parallelExtents", 1, "heartbeatIntervalSeconds", 10))
        .withEnvironment(Map.of("AWS_ENDPOINT_URL_S3", proxy.url()));
  }
}
