package dev.drover.local.simulation.ebs;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImageState;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.StateReason;

/** An image: as it was registered, and what became of it. */
final class MachineImage {
  final String id;
  final RegisterImageRequest registration;
  final Instant created;
  final Map<String, String> tags = new TreeMap<>();
  ImageState state = ImageState.PENDING;
  String stateReason = "";

  MachineImage(String id, RegisterImageRequest registration, Instant created) {
    this.id = id;
    this.registration = registration;
    this.created = created;
  }

  String name() {
    return registration.name();
  }

  /** The snapshots that it is made of. */
  List<String> snapshots() {
    return registration.blockDeviceMappings().stream().flatMap(MachineImage::snapshot).toList();
  }

  static Stream<String> snapshot(BlockDeviceMapping mapping) {
    return Optional.ofNullable(mapping.ebs()).map(ebs -> ebs.snapshotId()).stream();
  }

  Image described() {
    return Image.builder()
        .imageId(id)
        .name(name())
        .description(registration.description())
        .ownerId(KmsService.ACCOUNT)
        .creationDate(created.toString())
        .state(state)
        .stateReason(
            stateReason.isEmpty() ? null : StateReason.builder().message(stateReason).build())
        .architecture(registration.architectureAsString())
        .virtualizationType(registration.virtualizationType())
        .rootDeviceName(registration.rootDeviceName())
        .rootDeviceType("ebs")
        .enaSupport(registration.enaSupport())
        .bootMode(registration.bootModeAsString())
        .imdsSupport(registration.imdsSupportAsString())
        .blockDeviceMappings(registration.blockDeviceMappings())
        .tags(SnapshotActions.tags(tags))
        .build();
  }
}
