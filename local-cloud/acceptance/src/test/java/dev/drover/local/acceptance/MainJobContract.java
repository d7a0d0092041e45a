package dev.drover.local.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.stack.DeployedStack;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.model.ArchitectureValues;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.VirtualizationType;
import software.amazon.awssdk.services.sms.model.ReplicationRun;

/**
 * The main job, the same on every cloud that takes the stack: disks of every awkward size are
 * copied byte for byte, and a second run sends what changed. A subclass says by its extension on
 * which cloud; the simulator is the same on all of them, so what it holds and counts is, too.
 */
abstract class MainJobContract {
  /** The one site that a cloud must declare for it. */
  static final Site.Place PLACE = Site.Place.ODD_DISKS;

  private static final int BLOCK = 524_288;
  private static final int MIB = 1 << 20;
  private static final long SEED = 20261123;

  @Test
  void twoRuns_oddDisks_areIdenticalAndTheSecondSendsOnlyChanges(
      DeployedStack stack, @TempDir Path folder, @TempDir Path scratch) {
    Map<String, byte[]> disks = oddDisks();
    try (Site site = new Site(stack, PLACE, folder);
        Images images = new Images(stack)) {
      disks.forEach((name, content) -> site.disk("odd", name, content));
      site.startConnector();
      String jobId = site.createJob(site.serverId("odd"));

      ReplicationRun first = site.awaitCompleted(jobId);
      assertIdentical(images, first, disks, scratch);
      assertImageAttributes(images.image(first.amiId()), disks.size());

      assertThat(images.snapshotsOfJob(jobId)).hasSize(disks.size());
      long putsBefore = images.putsOfJob(jobId);
      assertThat(putsBefore).isPositive();
      byte[] changed = Objects.requireNonNull(disks.get("c-odd-size.img"));
      changed[3 * BLOCK + 17] ^= 1;
      changed[changed.length - 1] ^= 1;
      site.disk("odd", "c-odd-size.img", changed);
      byte[] zeros = Objects.requireNonNull(disks.get("d-zeros.img"));
      zeros[BLOCK] = 1;
      site.disk("odd", "d-zeros.img", zeros);
      site.startRun(jobId);

      ReplicationRun second = site.awaitCompleted(jobId);
      assertThat(second.amiId()).isNotEqualTo(first.amiId());
      assertIdentical(images, second, disks, scratch);
      assertThat(images.snapshotsOfJob(jobId)).hasSize(2 * disks.size());
      assertThat(images.putsOfJob(jobId) - putsBefore)
          .as("blocks written by the second run: three changed")
          .isEqualTo(3);
      assertThat(site.runs(jobId)).hasSize(2);
    }
  }

  private static Map<String, byte[]> oddDisks() {
    Random random = new Random(SEED);
    Map<String, byte[]> disks = new LinkedHashMap<>();
    disks.put("root.img", noise(random, 70 * MIB));
    disks.put("b-one-sector.img", noise(random, 512));
    disks.put("c-odd-size.img", noise(random, 5 * BLOCK + 512 * 3));
    disks.put("d-zeros.img", new byte[3 * MIB]);
    disks.put("e-unchanged.img", noise(random, 2 * MIB + 1));
    return disks;
  }

  private static byte[] noise(Random random, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void assertIdentical(
      Images images, ReplicationRun run, Map<String, byte[]> disks, Path scratch) {
    disks.forEach(
        (name, content) ->
            images.assertIdentical(
                images.snapshotOf(run.amiId(), Site.diskId("odd", name)), content, scratch));
  }

  private static void assertImageAttributes(Image image, int diskCount) {
    assertThat(image.architecture()).isEqualTo(ArchitectureValues.X86_64);
    assertThat(image.virtualizationType()).isEqualTo(VirtualizationType.HVM);
    assertThat(image.enaSupport()).isTrue();
    assertThat(image.imdsSupportAsString()).isEqualTo("v2.0");
    assertThat(image.bootModeAsString()).isIn("legacy-bios", "uefi");
    assertThat(image.blockDeviceMappings()).hasSize(diskCount);
    assertThat(image.blockDeviceMappings())
        .filteredOn(mapping -> mapping.deviceName().equals(image.rootDeviceName()))
        .singleElement()
        .satisfies(root -> assertThat(root.ebs().deleteOnTermination()).isFalse());
  }
}
