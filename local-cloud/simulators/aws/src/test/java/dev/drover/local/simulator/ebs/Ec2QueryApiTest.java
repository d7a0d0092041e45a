package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageAttributeName;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.TagDescription;

final class Ec2QueryApiTest extends CloudTest {
  @Test
  void describeSnapshots_pagesAndFilters() {
    List<String> ids =
        Stream.generate(() -> cloud.completed(r -> {}, noBlocks())).limit(7).toList();
    String pending = cloud.start(r -> {});
    cloud.ec2.createTags(r -> r.resources(pending).tags(Ec2Values.tag("drover:run", "r1")));

    List<String> paged = new ArrayList<>();
    cloud
        .ec2
        .describeSnapshotsPaginator(r -> r.ownerIds("self").maxResults(5))
        .snapshots()
        .forEach(snapshot -> paged.add(snapshot.snapshotId()));

    assertThat(paged).hasSize(8).containsAll(ids).contains(pending);
    assertThat(idsBy("status", "pending")).isEqualTo(List.of(pending));
    assertThat(idsBy("tag:drover:run", "r*")).isEqualTo(List.of(pending));
    assertThat(idsBy("tag-key", "drover:run")).isEqualTo(List.of(pending));
    assertThat(idsBy("owner-id", "000000000000")).hasSize(8);
    assertEc2Error("InvalidParameterValue", () -> idsBy("colour", "blue"));
    assertEc2Error(
        "InvalidSnapshot.NotFound",
        () -> cloud.ec2.describeSnapshots(r -> r.snapshotIds("snap-00000000000000000")));
  }

  @Test
  void deleteSnapshot_thatAnImageUses_isRefused() throws IOException {
    String snapshot = cloud.completed(r -> {}, noBlocks());
    String image = cloud.register("uses it", snapshot, r -> {});
    assertEc2Error(
        "InvalidSnapshot.InUse", () -> cloud.ec2.deleteSnapshot(r -> r.snapshotId(snapshot)));

    cloud.ec2.deregisterImage(r -> r.imageId(image));
    cloud.ec2.deleteSnapshot(r -> r.snapshotId(snapshot));

    assertEc2Error(
        "InvalidSnapshot.NotFound", () -> cloud.ec2.deleteSnapshot(r -> r.snapshotId(snapshot)));
    assertEc2Error("InvalidAMIID.NotFound", () -> cloud.ec2.describeImages(r -> r.imageIds(image)));
    restartCloud();
    assertEc2Error(
        "InvalidAMIID.Unavailable", () -> cloud.ec2.deregisterImage(r -> r.imageId(image)));
  }

  @Test
  void registerImage_withoutAttributes_getsAwsDefaults() {
    String snapshot = cloud.completed(r -> {}, noBlocks());
    String id =
        cloud
            .ec2
            .registerImage(
                r ->
                    r.name("defaults")
                        .blockDeviceMappings(Cloud.disk("/dev/sda1", e -> e.snapshotId(snapshot))))
            .imageId();

    Image image = cloud.ec2.describeImages(r -> r.imageIds(id)).images().getFirst();

    assertThat(image.architectureAsString()).isEqualTo("i386");
    assertThat(image.virtualizationTypeAsString()).isEqualTo("paravirtual");
    assertThat(image.enaSupport()).isFalse();
    assertThat(image.bootModeAsString()).isNull();
  }

  @Test
  void registerImage_badName_isRefused() {
    String snapshot = cloud.completed(r -> {}, noBlocks());
    cloud.register("taken", snapshot, r -> {});

    assertEc2Error("InvalidAMIName.Duplicate", () -> cloud.register("taken", snapshot, r -> {}));
    for (String name : List.of("ab", "x".repeat(129), "a:b:c")) {
      assertEc2Error("InvalidAMIName.Malformed", () -> cloud.register(name, snapshot, r -> {}));
    }
  }

  @Test
  void registerImage_descriptionBeyondAscii_isRefused() {
    String root = cloud.completed(r -> {}, noBlocks());

    for (String description : List.of("für", "–", "two\nlines", "日本")) {
      assertEc2Error(
          "InvalidParameterValue",
          () -> cloud.register("described", root, r -> r.description(description)));
    }
    assertThat(cloud.register("described", root, r -> r.description("fur (old) #1"))).isNotEmpty();
  }

  @Test
  void registerImage_badSnapshot_isRefused() {
    String pending = cloud.start(r -> {});

    assertEc2Error("IncorrectState", () -> cloud.register("image", pending, r -> {}));
    assertEc2Error(
        "InvalidSnapshot.NotFound",
        () -> cloud.register("image", "snap-00000000000000000", r -> {}));
  }

  @Test
  void registerImage_badMapping_isRefused() {
    String snapshot = cloud.completed(r -> r.volumeSize(2L), noBlocks());

    assertBadMapping(snapshot, "/dev/sda1", true, 2, "/dev/sda1");
    assertBadMapping(snapshot, "/dev/sda1", false, 1, "/dev/sda1");
    assertBadMapping(snapshot, "/dev/sdf", false, 2, "/dev/sda1");
    assertBadMapping(snapshot, "C:", false, 2, "C:");
  }

  @Test
  void registerImage_bootModeWithoutHvm_isRefused() {
    String snapshot = cloud.completed(r -> {}, noBlocks());

    assertEc2Error(
        "InvalidParameterCombination",
        () -> cloud.register("image", snapshot, r -> r.virtualizationType("paravirtual")));
  }

  @Test
  void registerImage_unknownParameter_isRefused() {
    String snapshot = cloud.completed(r -> {}, noBlocks());

    assertEc2Error(
        "UnknownParameter", () -> cloud.register("image", snapshot, r -> r.kernelId("aki-1")));
  }

  @Test
  void registerImage_dryRun_registersNothing() {
    String snapshot = cloud.completed(r -> {}, noBlocks());

    assertEc2Error("DryRunOperation", () -> cloud.register("image", snapshot, r -> r.dryRun(true)));

    assertThat(cloud.ec2.describeImages(r -> r.owners("self")).images()).isEmpty();
  }

  @Test
  void describeImages_byNameAndSnapshot_finds() {
    String snapshot = cloud.completed(r -> {}, noBlocks());
    String other = cloud.completed(r -> {}, noBlocks());
    String id = cloud.register("drover-1", snapshot, r -> {});
    cloud.register("other", other, r -> {});

    assertThat(imagesBy("name", "drover-*")).isEqualTo(List.of(id));
    assertThat(imagesBy("block-device-mapping.snapshot-id", snapshot)).isEqualTo(List.of(id));
    assertThat(imagesBy("state", "available")).isEmpty();
    assertThat(
            cloud
                .ec2
                .describeImageAttribute(r -> r.imageId(id).attribute(ImageAttributeName.BOOT_MODE))
                .bootMode()
                .value())
        .isEqualTo("uefi");
  }

  @Test
  void modifyImageAttribute_launchPermissions_areGivenTakenAndShown() {
    String id = cloud.register("drover-1", cloud.completed(r -> {}, noBlocks()), r -> {});

    LaunchPermission one = LaunchPermission.builder().userId("123456789012").build();
    LaunchPermission all = LaunchPermission.builder().group("all").build();
    cloud.ec2.modifyImageAttribute(r -> r.imageId(id).launchPermission(p -> p.add(one, all)));
    assertThat(launchers(id)).isEqualTo(List.of("123456789012", "all"));
    assertThat(imagesBy("is-public", "true")).isEqualTo(List.of(id));

    cloud.ec2.modifyImageAttribute(r -> r.imageId(id).launchPermission(p -> p.remove(all)));
    assertThat(launchers(id)).isEqualTo(List.of("123456789012"));
    cloud.ec2.createTags(r -> r.resources(id).tags(Ec2Values.tag("a", "1")));
    assertThat(launchers(id)).isEqualTo(List.of("123456789012"));
    assertEc2Error(
        "InvalidParameterValue",
        () -> cloud.ec2.modifyImageAttribute(r -> r.imageId(id).attribute("description")));
  }

  private List<String> launchers(String id) {
    return cloud
        .ec2
        .describeImageAttribute(r -> r.imageId(id).attribute(ImageAttributeName.LAUNCH_PERMISSION))
        .launchPermissions()
        .stream()
        .map(p -> p.userId() == null ? p.groupAsString() : p.userId())
        .toList();
  }

  @Test
  void tags_areMadeFoundAndDeleted() {
    String snapshot = cloud.start(r -> {});
    cloud.ec2.createTags(
        r -> r.resources(snapshot).tags(Ec2Values.tag("a", "1"), Ec2Values.tag("b", "<2>")));

    assertThat(tagsOf(snapshot)).isEqualTo(List.of("a=1", "b=<2>"));
    cloud.ec2.deleteTags(r -> r.resources(snapshot).tags(Ec2Values.tag("a", "other")));
    assertThat(tagsOf(snapshot)).isEqualTo(List.of("a=1", "b=<2>"));
    cloud.ec2.deleteTags(r -> r.resources(snapshot).tags(Ec2Values.tag("a", "1")));
    assertThat(tagsOf(snapshot)).isEqualTo(List.of("b=<2>"));
    assertEc2Error(
        "InvalidParameterValue",
        () -> cloud.ec2.createTags(r -> r.resources(snapshot).tags(Ec2Values.tag("aws:a", ""))));
  }

  @Test
  void encryptionByDefault_isSwitched() {
    assertThat(cloud.ec2.getEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isFalse();
    assertThat(cloud.ec2.enableEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isTrue();
    assertThat(cloud.ec2.getEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isTrue();
    assertThat(cloud.ec2.disableEbsEncryptionByDefault(r -> {}).ebsEncryptionByDefault()).isFalse();
  }

  @Test
  void defaultKey_isTheOneOfASnapshotThatNamesNone() {
    cloud.ec2.enableEbsEncryptionByDefault(r -> {});
    String id = cloud.ebs.startSnapshot(r -> r.volumeSize(1L)).snapshotId();

    assertThat(cloud.ec2.getEbsDefaultKmsKeyId(r -> {}).kmsKeyId())
        .startsWith("arn:aws:kms:")
        .isEqualTo(
            cloud.ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().getFirst().kmsKeyId());
  }

  @Test
  void body_thatIsNoForm_isRefused() throws IOException, InterruptedException {
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      assertThat(Wire.text(wire.post("/", "Action=%zz"))).contains("MalformedQueryString");
    }
  }

  @Test
  void otherAction_withNothingToPassItOnTo_isRefused() {
    assertEc2Error("InvalidAction", () -> cloud.ec2.describeVpcs(r -> {}));
  }

  @Test
  void machines_withNothingToPassItOnTo_areNone() {
    assertThat(cloud.ec2.describeInstances(r -> {}).reservations()).isEmpty();
    assertThat(
            cloud
                .ec2
                .describeLaunchTemplateVersions(r -> r.versions("$Default", "$Latest"))
                .launchTemplateVersions())
        .isEmpty();
    assertEc2Error(
        "InvalidParameterValue",
        () -> cloud.ec2.describeLaunchTemplateVersions(r -> r.versions("1")));
  }

  private void assertBadMapping(
      String snapshot, String device, boolean encrypted, int sizeGib, String root) {
    assertEc2Error(
        "InvalidBlockDeviceMapping",
        () ->
            cloud.register(
                "image",
                snapshot,
                r ->
                    r.rootDeviceName(root)
                        .blockDeviceMappings(
                            Cloud.disk(
                                device,
                                e ->
                                    e.snapshotId(snapshot)
                                        .volumeSize(sizeGib)
                                        .encrypted(encrypted ? true : null)))));
  }

  private List<String> idsBy(String filter, String value) {
    return cloud
        .ec2
        .describeSnapshots(r -> r.filters(Ec2Values.filter(filter, value)))
        .snapshots()
        .stream()
        .map(Snapshot::snapshotId)
        .toList();
  }

  private List<String> imagesBy(String filter, String value) {
    return cloud
        .ec2
        .describeImages(r -> r.owners("self").filters(Ec2Values.filter(filter, value)))
        .images()
        .stream()
        .map(Image::imageId)
        .toList();
  }

  private List<String> tagsOf(String resource) {
    return cloud
        .ec2
        .describeTags(r -> r.filters(Ec2Values.filter("resource-id", resource)))
        .tags()
        .stream()
        .map(Ec2QueryApiTest::text)
        .toList();
  }

  private static String text(TagDescription tag) {
    return tag.key() + "=" + tag.value();
  }
}
