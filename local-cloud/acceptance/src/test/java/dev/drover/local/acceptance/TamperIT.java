package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.ConnectorStart;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.protocol.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/**
 * Someone tampers with what a copy rests on: the two derivations of the disk's digest disagree, no
 * image is made, and the extent is named.
 */
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedCloud.class)
class TamperIT {
  private static final int BLOCK = 524_288;
  private static final int BLOCKS_PER_EXTENT = 128;
  private static final int TAMPERED_BLOCK = BLOCKS_PER_EXTENT + 1;
  private static final long SEED = 99;

  @Test
  void run_digestListTamperedWith_makesNoImageAndNamesTheExtent(
      DeployedStack stack, @TempDir Path folder) {
    byte[] disk = disk();
    try (Site site = new Site(stack, Site.Place.TAMPERED_LIST, folder);
        Images images = new Images(stack);
        CloudStorage storage = new CloudStorage(stack)) {
      site.disk("list", "disk.img", disk);
      site.startConnector();
      String jobId = site.createJob(site.serverId("list"));
      site.awaitCompleted(jobId);

      String listKey =
          Objects.requireNonNull(storage.items("BASE#" + jobId).getFirst().get("digestListKey"))
              .s();
      byte[] list = storage.get(listKey);
      storage.put(listKey, withReplaced(list, digestOf(disk, TAMPERED_BLOCK), Digest.ofText("x")));
      disk[0] ^= 1;
      site.disk("list", "disk.img", disk);
      site.startRun(jobId);

      assertNoImageAndExtentNamed(site, images, jobId);
    }
  }

  @Test
  void run_indexTamperedWith_makesNoImageAndNamesTheExtentAndTheNextRunHeals(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) {
    byte[] disk = disk();
    try (Site site = new Site(stack, Site.Place.TAMPERED_INDEX, folder);
        Images images = new Images(stack)) {
      site.disk("index", "disk.img", disk);
      ConnectorStart connector = site.connectorSettings();
      site.startConnector(connector);
      String jobId = site.createJob(site.serverId("index"));
      site.awaitCompleted(jobId);

      Digest before = digestOf(disk, TAMPERED_BLOCK);
      disk[TAMPERED_BLOCK * BLOCK] ^= 1;
      site.disk("index", "disk.img", disk);
      replaceInFiles(connector.stateDirectory(), before, digestOf(disk, TAMPERED_BLOCK));
      site.startRun(jobId);
      assertNoImageAndExtentNamed(site, images, jobId);

      site.startRun(jobId);
      ReplicationRun healed = site.awaitCompleted(jobId);
      images.assertIdentical(
          images.snapshotOf(healed.amiId(), Site.diskId("index", "disk.img")), disk, scratch);
    }
  }

  private static void assertNoImageAndExtentNamed(Site site, Images images, String jobId) {
    ReplicationRun run = site.awaitEndOfNewestRun(jobId);
    assertThat(run.state()).isEqualTo(ReplicationRunState.FAILED);
    assertThat(run.statusMessage()).contains("disk.img").containsIgnoringCase("extent 1");
    assertThat(run.amiId()).isNull();
    assertThat(images.imagesOfJob(jobId)).as("only the first run's image").hasSize(1);
  }

  private static byte[] disk() {
    byte[] disk = new byte[(BLOCKS_PER_EXTENT + 4) * BLOCK];
    byte[] noise = new byte[6 * BLOCK];
    new Random(SEED).nextBytes(noise);
    System.arraycopy(noise, 0, disk, disk.length - noise.length, noise.length);
    return disk;
  }

  private static Digest digestOf(byte[] disk, int block) {
    return Digest.of(Arrays.copyOfRange(disk, block * BLOCK, (block + 1) * BLOCK));
  }

  private static void replaceInFiles(Path folder, Digest from, Digest to) {
    AtomicInteger replaced = new AtomicInteger();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file -> {
                byte[] bytes = read(file);
                int at = indexOf(bytes, from.toBytes());
                if (at >= 0) {
                  write(file, withReplaced(bytes, from, to));
                  replaced.incrementAndGet();
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(replaced.get()).as("index files that held the block's digest").isPositive();
  }

  private static byte[] withReplaced(byte[] bytes, Digest from, Digest to) {
    int at = indexOf(bytes, from.toBytes());
    assertThat(at).as("the block's digest is in the list").isNotNegative();
    byte[] copy = bytes.clone();
    System.arraycopy(to.toBytes(), 0, copy, at, Digest.BYTES);
    return copy;
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.mismatch(bytes, at, at + wanted.length, wanted, 0, wanted.length) < 0) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
