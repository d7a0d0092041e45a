package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.RunningConnector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/** A connector that is killed in the middle of a run goes on from what is durable. */
@ExtendWith(SharedCloud.class)
class ConnectorCrashIT {
  private static final int EXTENTS = 6;
  private static final int ANSWERED_BEFORE_CRASH = 2;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Test
  void run_connectorKilled_sendsNothingThatIsDurableAgain(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch)
      throws InterruptedException {
    byte[] disk = disk();
    Holder holder = new Holder();
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

      assertThat(holder.reached.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      connector.kill();
      Set<String> durable = Set.copyOf(holder.answered);
      holder.release.countDown();
      site.startConnector(settings);

      ReplicationRun run = site.awaitCompleted(jobId);
      assertThat(proxy.puts()).hasSize(EXTENTS);
      assertThat(durable).hasSize(ANSWERED_BEFORE_CRASH);
      durable.forEach(
          key -> assertThat(proxy.puts().get(key)).as("puts of durable " + key).isEqualTo(1));
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId("crash", "disk.img")), disk, scratch);
    }
  }

  private static byte[] disk() {
    byte[] disk = new byte[EXTENTS * (64 << 20)];
    byte[] noise = new byte[1 << 20];
    new Random(11).nextBytes(noise);
    for (int extent = 0; extent < EXTENTS; extent++) {
      System.arraycopy(noise, 0, disk, extent * (64 << 20) + 4096 * extent, noise.length);
    }
    return disk;
  }

  /** Lets two segments through and holds the third, until the connector is dead. */
  private static final class Holder implements StagingProxy.Meddler {
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public Optional<byte[]> before(String key, byte[] segment) {
      if (answered.size() >= ANSWERED_BEFORE_CRASH) {
        reached.countDown();
        try {
          if (!release.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the connector was not killed in time");
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while holding a segment", e);
        }
      }
      return Optional.empty();
    }

    @Override
    public void after(String key) {
      answered.add(key);
    }
  }
}
