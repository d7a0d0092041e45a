package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/** A segment that is corrupt in staging is asked for again; one that stays so fails the run. */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedCloud.class)
class CorruptSegmentIT {
  private static final int EXTENT_BYTES = 64 << 20;
  private static final String SECOND_EXTENT = "/0000001";
  private static final long SEED = 7;

  @Test
  void run_segmentCorruptOnce_isAskedForAgainAndCompletes(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) {
    byte[] disk = disk();
    Corruptor once = new Corruptor(1);
    try (Site site = new Site(stack, Site.Place.CORRUPT_ONCE, folder);
        StagingProxy proxy = new StagingProxy(stack.cloud().endpointUrl(), once);
        Images images = new Images(stack)) {
      site.disk("corrupt-once", "disk.img", disk);
      site.startConnector(through(proxy, site));
      String jobId = site.createJob(site.serverId("corrupt-once"));

      ReplicationRun run = site.awaitCompleted(jobId);

      assertThat(once.corrupted.get()).isEqualTo(1);
      images.assertIdentical(
          images.snapshotOf(run.amiId(), Site.diskId("corrupt-once", "disk.img")), disk, scratch);
      assertThat(proxy.puts()).hasSize(2);
      proxy
          .puts()
          .forEach(
              (key, puts) ->
                  assertThat(puts).as(key).isEqualTo(key.endsWith(SECOND_EXTENT) ? 2 : 1));
    }
  }

  @Test
  void run_segmentCorruptInThreePasses_failsAndNamesDiskAndExtent(
      DeployedStack stack, @TempDir Path folder) {
    Corruptor always = new Corruptor(Integer.MAX_VALUE);
    try (Site site = new Site(stack, Site.Place.CORRUPT_ALWAYS, folder);
        StagingProxy proxy = new StagingProxy(stack.cloud().endpointUrl(), always);
        Images images = new Images(stack);
        CloudStorage storage = new CloudStorage(stack)) {
      site.disk("corrupt-always", "disk.img", disk());
      site.startConnector(through(proxy, site));
      String jobId = site.createJob(site.serverId("corrupt-always"));

      ReplicationRun run = site.awaitEndOfNewestRun(jobId);

      assertThat(run.state()).isEqualTo(ReplicationRunState.FAILED);
      assertThat(run.statusMessage())
          .contains("disk.img")
          .contains(Site.diskId("corrupt-always", "disk.img").value())
          .containsIgnoringCase("extent 1");
      assertThat(always.corrupted.get()).as("passes").isEqualTo(3);
      assertThat(run.amiId()).isNull();
      assertThat(images.imagesOfJob(jobId)).isEmpty();
      // The next start goes on with what came through; only the corrupt extent is sent again.
      assertThat(images.snapshotsOfJob(jobId)).hasSize(1);
      assertThat(storage.keys("staging/" + site.place().environment() + "/" + jobId + "/"))
          .isNotEmpty();
    }
  }

  private static ConnectorStart through(StagingProxy proxy, Site site) {
    return site.connectorSettings().withEnvironment(Map.of("AWS_ENDPOINT_URL_S3", proxy.url()));
  }

  private static byte[] disk() {
    byte[] disk = new byte[EXTENT_BYTES + 3 * 524_288];
    byte[] noise = new byte[4 << 20];
    new Random(SEED).nextBytes(noise);
    System.arraycopy(noise, 0, disk, EXTENT_BYTES - (2 << 20), 3 << 20);
    return disk;
  }

  /** Flips a bit in the middle of the second extent's segment, so many times. */
  private static final class Corruptor implements StagingProxy.Meddler {
    private final int times;
    private final AtomicInteger corrupted = new AtomicInteger();

    Corruptor(int times) {
      this.times = times;
    }

    @Override
    public Optional<byte[]> before(String key, byte[] segment) {
      if (!key.endsWith(SECOND_EXTENT) || corrupted.get() >= times) {
        return Optional.empty();
      }
      corrupted.incrementAndGet();
      byte[] corrupt = segment.clone();
      corrupt[corrupt.length / 2] ^= 0x40;
      return Optional.of(corrupt);
    }

    @Override
    public void after(String key) {}
  }
}
