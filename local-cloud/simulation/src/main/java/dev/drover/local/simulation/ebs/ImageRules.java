package dev.drover.local.simulation.ebs;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.ArchitectureValues;
import software.amazon.awssdk.services.ec2.model.BlockDeviceMapping;
import software.amazon.awssdk.services.ec2.model.BootModeValues;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.RegisterImageRequest;
import software.amazon.awssdk.services.ec2.model.VolumeType;

/**
 * What RegisterImage asks of a registration.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html">RegisterImage</a>
 */
final class ImageRules {
  /** 3 to 128 letters, digits and the signs that AWS lists. */
  private static final String NAME = "[A-Za-z0-9()\\[\\] ./\\-'@_]{3,128}";

  private static final String DEVICE_NAME = "(/dev/)?(sd|xvd|hd)[a-z]{1,2}[0-9]{0,2}";
  private static final String DEFAULT_ROOT_DEVICE = "/dev/sda1";
  private static final int MAX_DESCRIPTION_CHARS = 255;
  private static final int MAX_STANDARD_GIB = 1_024;

  private final SnapshotStore snapshots;

  ImageRules(SnapshotStore snapshots) {
    this.snapshots = snapshots;
  }

  void require(RegisterImageRequest request) {
    requireName(request.name());
    requireDescription(Optional.ofNullable(request.description()).orElse(""));
    requireKnown("Architecture", request.architecture(), ArchitectureValues.UNKNOWN_TO_SDK_VERSION);
    requireKnown("BootMode", request.bootMode(), BootModeValues.UNKNOWN_TO_SDK_VERSION);
    requireHvm(request);
    Set<String> devices = new HashSet<>();
    for (BlockDeviceMapping mapping : request.blockDeviceMappings()) {
      requireMapping(mapping);
      if (!devices.add(mapping.deviceName())) {
        throw badMapping("device " + mapping.deviceName() + " is mapped more than once");
      }
    }
    requireRoot(request);
  }

  private static void requireName(@Nullable String name) {
    if (name == null || !name.matches(NAME)) {
      throw Ec2Refusal.of(
          "InvalidAMIName.Malformed",
          "AMI names must be between 3 and 128 characters long, and may contain letters, numbers,"
              + " '(', ')', '[', ']', ' ', '.', '/', '-', ''', '@' and '_'");
    }
  }

  private static void requireDescription(String description) {
    if (description.length() > MAX_DESCRIPTION_CHARS) {
      throw Ec2Refusal.invalidValue("Description is longer than 255 characters");
    }
    if (!description.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      // Not in AWS's documents; users of other tools show EC2's answer in their reports.
      throw Ec2Refusal.invalidValue("Character sets beyond ASCII are not supported.");
    }
  }

  private static void requireKnown(String name, @Nullable Enum<?> value, Enum<?> unknown) {
    if (unknown.equals(value)) {
      throw Ec2Refusal.invalidValue("The value for parameter " + name + " is invalid.");
    }
  }

  private static void requireHvm(RegisterImageRequest request) {
    boolean hvm = "hvm".equals(request.virtualizationType());
    if (!hvm && (Boolean.TRUE.equals(request.enaSupport()) || request.bootMode() != null)) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination",
          "EnaSupport and BootMode need the virtualization type hvm, not "
              + request.virtualizationType());
    }
  }

  private void requireMapping(BlockDeviceMapping mapping) {
    String device = Optional.ofNullable(mapping.deviceName()).orElse("");
    if (!device.matches(DEVICE_NAME)) {
      throw badMapping("not a device name: " + device);
    }
    EbsBlockDevice ebs = mapping.ebs();
    if (ebs == null || ebs.snapshotId() == null) {
      return;
    }
    EbsSnapshot snapshot = completed(ebs.snapshotId());
    if (ebs.encrypted() != null) {
      throw badMapping(
          "the encrypted flag cannot be specified since device "
              + device
              + " has a snapshot specified.");
    }
    int gib = Optional.ofNullable(ebs.volumeSize()).orElse(snapshot.volumeGib);
    if (gib < snapshot.volumeGib) {
      throw badMapping("device " + device + " is smaller than its snapshot");
    }
    boolean magnetic = ebs.volumeType() == null || ebs.volumeType() == VolumeType.STANDARD;
    if (magnetic && gib > MAX_STANDARD_GIB) {
      throw badMapping("device " + device + " is larger than a standard volume can be");
    }
  }

  private EbsSnapshot completed(String id) {
    EbsSnapshot snapshot = snapshots.find(id).orElseThrow(() -> Ec2Refusal.noSnapshot(id));
    // AWS documents the refusal but not its code; this is the one of CreateVolume.
    if (snapshot.stage != EbsSnapshot.Stage.COMPLETED) {
      throw Ec2Refusal.of(
          "IncorrectState", "Snapshot is in invalid state - " + snapshot.status() + ": " + id);
    }
    return snapshot;
  }

  private static void requireRoot(RegisterImageRequest request) {
    String root = Optional.ofNullable(request.rootDeviceName()).orElse(DEFAULT_ROOT_DEVICE);
    boolean mapped =
        request.blockDeviceMappings().stream()
            .filter(mapping -> root.equals(mapping.deviceName()))
            .flatMap(MachineImage::snapshot)
            .findAny()
            .isPresent();
    if (!mapped) {
      throw badMapping("the root device " + root + " has no snapshot mapped");
    }
  }

  private static Ec2Exception badMapping(String words) {
    return Ec2Refusal.of("InvalidBlockDeviceMapping", words);
  }
}
