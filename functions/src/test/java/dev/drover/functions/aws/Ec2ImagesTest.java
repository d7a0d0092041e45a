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
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.RegisterImageResponse;
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
