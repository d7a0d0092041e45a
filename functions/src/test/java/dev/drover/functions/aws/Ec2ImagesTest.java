package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.Images;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.SnapshotId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.BootModeValues;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImageAttributeResponse;
import software.amazon.awssdk.services.ec2.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesRequest;
import software.amazon.awssdk.services.ec2.model.DescribeInstancesResponse;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsRequest;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplateVersionsResponse;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.LaunchPermission;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateVersion;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;
import software.amazon.awssdk.services.ec2.model.Reservation;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/** What EC2 is asked for: its defaults are those of 2006. */
final class Ec2ImagesTest {
  private final List<RegisterImageRequest> asked = new ArrayList<>();
  private final Images images =
      new Ec2Images(
          new Ec2Client() {
            @Override
            public RegisterImageResponse registerImage(RegisterImageRequest request) {
              asked.add(request);
              return RegisterImageResponse.builder().imageId("ami-1").build();
            }

            @Override
            public String serviceName() {
              return SERVICE_NAME;
            }

            @Override
            public void close() {}
          });

  @Test
  void use_whatEc2TellsOf_isNamedInWords() {
    FakeUses ec2 = new FakeUses();
    Images ofUses = new Ec2Images(ec2);

    assertThat(ofUses.use("ami-1")).isEmpty();
    ec2.copies = List.of(Image.builder().imageId("ami-2").build());
    assertThat(ofUses.use("ami-1")).contains("AMI ami-2 is a copy of it");
    ec2.permissions = List.of(LaunchPermission.builder().group("all").build());
    assertThat(ofUses.use("ami-1")).contains("it is shared with everybody");
    ec2.permissions = List.of(LaunchPermission.builder().userId("111122223333").build());
    assertThat(ofUses.use("ami-1")).contains("it is shared with 111122223333");
    ec2.versions =
        List.of(LaunchTemplateVersion.builder().launchTemplateId("lt-1").versionNumber(4L).build());
    assertThat(ofUses.use("ami-1")).contains("launch template lt-1 names it in version 4");
    ec2.instances = List.of(Instance.builder().instanceId("i-1").build());
    assertThat(ofUses.use("ami-1")).contains("instance i-1 was launched from it");
  }

  @Test
  void use_asks_aboutThisImageAndNoTerminatedInstance() {
    FakeUses ec2 = new FakeUses();

    new Ec2Images(ec2).use("ami-1");

    assertThat(ec2.asked.toString())
        .contains("Name=image-id, Values=[ami-1]", "Name=source-image-id, Values=[ami-1]")
        .contains("Name=instance-state-name, Values=[pending, running, stopping, stopped]")
        .contains("Versions=[$Default, $Latest]")
        .contains("Attribute=launchPermission");
  }

  /** Answers the first page with nothing, as EC2 may, and the second with what it has. */
  private static final class FakeUses implements Ec2Client {
    private static final String SECOND = "second";

    final List<Object> asked = new ArrayList<>();
    List<Instance> instances = List.of();
    List<LaunchTemplateVersion> versions = List.of();
    List<LaunchPermission> permissions = List.of();
    List<Image> copies = List.of();

    @Override
    public DescribeInstancesResponse describeInstances(DescribeInstancesRequest request) {
      asked.add(request);
      return SECOND.equals(request.nextToken())
          ? DescribeInstancesResponse.builder()
              .reservations(Reservation.builder().instances(instances).build())
              .build()
          : DescribeInstancesResponse.builder().nextToken(SECOND).build();
    }

    @Override
    public DescribeLaunchTemplateVersionsResponse describeLaunchTemplateVersions(
        DescribeLaunchTemplateVersionsRequest request) {
      asked.add(request);
      return SECOND.equals(request.nextToken())
          ? DescribeLaunchTemplateVersionsResponse.builder()
              .launchTemplateVersions(versions)
              .build()
          : DescribeLaunchTemplateVersionsResponse.builder().nextToken(SECOND).build();
    }

    @Override
    public DescribeImageAttributeResponse describeImageAttribute(
        DescribeImageAttributeRequest request) {
      asked.add(request);
      return DescribeImageAttributeResponse.builder().launchPermissions(permissions).build();
    }

    @Override
    public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
      asked.add(request);
      return SECOND.equals(request.nextToken())
          ? DescribeImagesResponse.builder().images(copies).build()
          : DescribeImagesResponse.builder().nextToken(SECOND).build();
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }

  @Test
  void register_everyVolume_isGp3AndOutlivesItsInstance() {
    images.register(
        new Images.Request(
            "drover-1",
            "of a test",
            Firmware.UEFI,
            List.of(
                new Images.Volume("/dev/sda1", new SnapshotId("snap-0aaaaaaaaaaaaaaaa")),
                new Images.Volume("/dev/sdf", new SnapshotId("snap-0bbbbbbbbbbbbbbbb"))),
            Map.of("drover:disks", "/dev/sda1=root.img /dev/sdf=data.img")));

    RegisterImageRequest request = asked.getFirst();
    assertThat(request.bootMode()).isEqualTo(BootModeValues.UEFI);
    assertThat(request.rootDeviceName()).isEqualTo("/dev/sda1");
    List<EbsBlockDevice> volumes =
        request.blockDeviceMappings().stream().map(mapping -> mapping.ebs()).toList();
    assertThat(volumes).extracting(EbsBlockDevice::volumeType).containsOnly(VolumeType.GP3);
    assertThat(volumes).extracting(EbsBlockDevice::deleteOnTermination).containsOnly(false);
    assertThat(request.tagSpecifications().getFirst().tags().getFirst().value())
        .isEqualTo("/dev/sda1=root.img /dev/sdf=data.img");
  }
}
