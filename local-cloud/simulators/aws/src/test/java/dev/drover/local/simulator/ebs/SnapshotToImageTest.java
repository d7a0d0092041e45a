package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.ArchitectureValues;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotState;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.VirtualizationType;

/** The way from blocks to an AMI, with the real clients. */
final class SnapshotToImageTest extends CloudTest {
  private static final software.amazon.awssdk.services.ebs.model.Tag RUN_TAG =
      software.amazon.awssdk.services.ebs.model.Tag.builder().key("drover:run").value("r1").build();

  @Test
  void complete_afterItsDelay_showsCompleted() {
    String id = cloud.start(r -> r.tags(RUN_TAG));
    cloud.put(id, 7, Cloud.block(7));
    assertThat(cloud.ebs.completeSnapshot(r -> r.snapshotId(id).changedBlocksCount(1)).status())
        .hasToString("pending");
    assertThat(snapshot(id).state()).isEqualTo(SnapshotState.PENDING);

    cloud.passTime(Cloud.COMPLETION_DELAY);

    Snapshot completed = snapshot(id);
    assertThat(completed.state()).isEqualTo(SnapshotState.COMPLETED);
    assertThat(completed.progress()).isEqualTo("100%");
    assertThat(completed.volumeSize()).isEqualTo(1);
    assertThat(completed.encrypted()).isFalse();
    assertThat(completed.tags()).singleElement().extracting("value").isEqualTo("r1");
  }

  @Test
  void export_ofChild_holdsParentsBlocksUnderItsOwn() throws IOException {
    TreeMap<Integer, byte[]> first = new TreeMap<>();
    first.put(0, Cloud.block(1));
    first.put(5, Cloud.block(2));
    first.put(2047, Cloud.block(3));
    String parent = cloud.completed(r -> {}, first);
    TreeMap<Integer, byte[]> second = new TreeMap<>();
    second.put(5, new byte[Cloud.BLOCK_BYTES]);
    second.put(6, Cloud.block(4));
    String child = cloud.completed(r -> r.parentSnapshotId(parent), second);

    Path file = directory.resolve("child.raw");
    cloud.simulator.export(child, file);

    byte[] disk = Files.readAllBytes(file);
    assertThat(disk).hasSize(1 << 30);
    assertThat(at(disk, 0)).isEqualTo(Cloud.block(1));
    assertThat(at(disk, 1)).isEqualTo(new byte[Cloud.BLOCK_BYTES]);
    assertThat(at(disk, 5)).isEqualTo(new byte[Cloud.BLOCK_BYTES]);
    assertThat(at(disk, 6)).isEqualTo(Cloud.block(4));
    assertThat(at(disk, 2047)).isEqualTo(Cloud.block(3));
  }

  @Test
  void registerImage_withEverythingExplicit_isDescribedAsAsked() {
    String snapshot = cloud.completed(r -> {}, new TreeMap<>());
    TagSpecification tags =
        TagSpecification.builder()
            .resourceType(ResourceType.IMAGE)
            .tags(Tag.builder().key("drover:job").value("j1").build())
            .build();
    String id = cloud.register("drover-run", snapshot, r -> r.tagSpecifications(tags));
    assertThat(image(id).state()).isEqualTo(ImageState.PENDING);

    cloud.passTime(Cloud.COMPLETION_DELAY);

    Image image = image(id);
    assertThat(image.state()).isEqualTo(ImageState.AVAILABLE);
    assertThat(image.architecture()).isEqualTo(ArchitectureValues.X86_64);
    assertThat(image.virtualizationType()).isEqualTo(VirtualizationType.HVM);
    assertThat(image.enaSupport()).isTrue();
    assertThat(image.bootModeAsString()).isEqualTo("uefi");
    assertThat(image.imdsSupportAsString()).isEqualTo("v2.0");
    assertThat(image.blockDeviceMappings())
        .singleElement()
        .satisfies(
            mapping -> {
              assertThat(mapping.ebs().snapshotId()).isEqualTo(snapshot);
              assertThat(mapping.ebs().deleteOnTermination()).isFalse();
              assertThat(mapping.ebs().volumeSize()).isEqualTo(1);
            });
    Filter byTag = Filter.builder().name("tag:drover:job").values("j?").build();
    assertThat(cloud.ec2.describeImages(r -> r.owners("self").filters(byTag)).images())
        .extracting(Image::imageId)
        .isEqualTo(List.of(id));
  }

  private static byte[] at(byte[] disk, int index) {
    int from = index * Cloud.BLOCK_BYTES;
    return Arrays.copyOfRange(disk, from, from + Cloud.BLOCK_BYTES);
  }

  private Snapshot snapshot(String id) {
    return cloud.ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().getFirst();
  }

  private Image image(String id) {
    return cloud.ec2.describeImages(r -> r.imageIds(id)).images().getFirst();
  }
}
