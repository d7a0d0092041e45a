package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Snapshot;

/** What outlives the process, and what outlives a snapshot's deletion. */
final class RestartTest extends CloudTest {
  @Test
  void restart_inTheMiddleOfWriting_goesOn() throws IOException {
    String id = cloud.start(r -> {});
    cloud.put(id, 1, Cloud.block(1));
    restartCloud();

    cloud.put(id, 2, Cloud.block(2));
    cloud.ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(2));
    cloud.passTime(Cloud.COMPLETION_DELAY);
    restartCloud();

    assertThat(blockOf(id, 1)).isEqualTo(Cloud.block(1));
    assertThat(blockOf(id, 2)).isEqualTo(Cloud.block(2));
  }

  @Test
  void restart_keepsImagesTagsAndSettings() throws IOException {
    String snapshot = cloud.completed(r -> {}, noBlocks());
    String image = cloud.register("kept", snapshot, r -> {});
    cloud.ec2.createTags(r -> r.resources(image, snapshot).tags(Ec2Values.tag("k", "v")));
    cloud.ec2.enableEbsEncryptionByDefault(r -> {});
    restartCloud();

    assertThat(cloud.ec2.describeImages(r -> r.imageIds(image)).images().getFirst().tags())
        .containsExactly(Ec2Values.tag("k", "v"));
    assertThat(cloud.ec2.getEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isTrue();
  }

  @Test
  void deleteParent_keepsWhatItsChildNeeds() throws IOException {
    String grandparent = cloud.completed(r -> {}, blocks(0));
    String parent = cloud.completed(r -> r.parentSnapshotId(grandparent), blocks(1));
    String child = cloud.completed(r -> r.parentSnapshotId(parent), blocks(2));
    cloud.ec2.deleteSnapshot(r -> r.snapshotId(grandparent));
    cloud.ec2.deleteSnapshot(r -> r.snapshotId(parent));
    restartCloud();

    assertThat(cloud.ec2.describeSnapshots(r -> {}).snapshots())
        .extracting(Snapshot::snapshotId)
        .isEqualTo(List.of(child));
    assertThat(blockOf(child, 0)).isEqualTo(Cloud.block(0));
    assertThat(blockOf(child, 1)).isEqualTo(Cloud.block(1));

    cloud.ec2.deleteSnapshot(r -> r.snapshotId(child));

    assertThat(dataFile(grandparent)).doesNotExist();
    assertThat(dataFile(parent)).doesNotExist();
    assertThat(dataFile(child)).doesNotExist();
  }

  private Path dataFile(String id) {
    return directory.resolve("data/snapshots/" + id + "/blocks");
  }

  private byte[] blockOf(String id, int index) throws IOException {
    Path file = directory.resolve("export.raw");
    cloud.simulator.export(id, file, (index + 1L) * Cloud.BLOCK_BYTES);
    byte[] disk = Files.readAllBytes(file);
    return Arrays.copyOfRange(disk, disk.length - Cloud.BLOCK_BYTES, disk.length);
  }
}
