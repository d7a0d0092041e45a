package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.image.ImageStore;
import dev.drover.local.simulator.snapshot.ResourceIds;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStatus;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RegisterImage from snapshots. Not idempotent: the name is taken from the first call on.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html">
 *     RegisterImage</a>
 */
final class RegisterImage implements Ec2Action {
  // AWS's defaults, hardly ever wanted; a caller that forgets them shall see what it gets.
  private static final String DEFAULT_ARCHITECTURE = "i386";
  private static final String DEFAULT_VIRTUALIZATION = "paravirtual";
  private static final String DEFAULT_ROOT_DEVICE = "/dev/sda1";
  private static final String DEFAULT_VOLUME_TYPE = "standard";

  private static final String HVM = "hvm";
  private static final Set<String> ARCHITECTURES =
      Set.of("i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac");
  private static final Set<String> VIRTUALIZATION_TYPES = Set.of(HVM, DEFAULT_VIRTUALIZATION);
  private static final Set<String> BOOT_MODES = Set.of("legacy-bios", "uefi", "uefi-preferred");
  private static final Set<String> VOLUME_TYPES =
      Set.of("standard", "gp2", "gp3", "io1", "io2", "st1", "sc1");

  /** 3 to 128 letters, digits and the signs that AWS lists. */
  private static final String NAME = "[A-Za-z0-9()\\[\\] ./\\-'@_]{3,128}";

  static final String DEVICE_NAME = "(/dev/)?(sd|xvd|hd)[a-z]{1,2}[0-9]{0,2}";
  static final int MAX_DESCRIPTION_CHARS = 255;

  private final SnapshotStore snapshots;
  private final ImageStore images;
  private final InstantSource clock;
  private final Duration availabilityDelay;
  private final ResourceIds ids = new ResourceIds();

  RegisterImage(
      SnapshotStore snapshots, ImageStore images, InstantSource clock, Duration availabilityDelay) {
    this.snapshots = snapshots;
    this.images = images;
    this.clock = clock;
    this.availabilityDelay = availabilityDelay;
  }

  @Override
  public void answer(QueryParameters parameters, XmlElement answer) throws IOException {
    ImageRecord image = read(parameters);
    parameters.refuseUnknown();
    checkVirtualization(image);
    checkMappings(image);
    images.save(image);
    answer.text("imageId", image.id());
  }

  private ImageRecord read(QueryParameters parameters) {
    long now = clock.millis();
    return new ImageRecord(
        ids.next("ami-"),
        name(parameters),
        description(parameters),
        null,
        oneOf(parameters, "Architecture", ARCHITECTURES).orElse(DEFAULT_ARCHITECTURE),
        oneOf(parameters, "VirtualizationType", VIRTUALIZATION_TYPES)
            .orElse(DEFAULT_VIRTUALIZATION),
        parameters.text("RootDeviceName").orElse(DEFAULT_ROOT_DEVICE),
        oneOf(parameters, "BootMode", BOOT_MODES).orElse(null),
        oneOf(parameters, "ImdsSupport", Set.of("v2.0")).orElse(null),
        oneOf(parameters, "TpmSupport", Set.of("v2.0")).orElse(null),
        oneOf(parameters, "SriovNetSupport", Set.of("simple")).orElse(null),
        parameters.flag("EnaSupport").orElse(false),
        mappings(parameters),
        TagSet.specified(parameters, "image"),
        Set.of(),
        now,
        now + availabilityDelay.toMillis());
  }

  private String name(QueryParameters parameters) {
    String name = parameters.required("Name");
    if (!name.matches(NAME)) {
      throw Ec2Refusal.of(
          "InvalidAMIName.Malformed",
          "AMI names must be between 3 and 128 characters long, and may contain letters, numbers,"
              + " '(', ')', '[', ']', ' ', '.', '/', '-', ''', '@' and '_'");
    }
    Optional<ImageRecord> taken = images.findByName(name);
    if (taken.isPresent()) {
      throw Ec2Refusal.of(
          "InvalidAMIName.Duplicate",
          "AMI name " + name + " is already in use by AMI " + taken.get().id());
    }
    return name;
  }

  static @Nullable String description(QueryParameters parameters) {
    Optional<String> description = parameters.text("Description");
    if (description.isPresent() && description.get().length() > MAX_DESCRIPTION_CHARS) {
      throw Ec2Refusal.invalidValue("Description is longer than 255 characters");
    }
    if (description.isPresent() && !description.get().chars().allMatch(RegisterImage::isAscii)) {
      // Not in AWS's documents; users of other tools show EC2's answer in their reports.
      throw Ec2Refusal.invalidValue("Character sets beyond ASCII are not supported.");
    }
    return description.orElse(null);
  }

  private static boolean isAscii(int character) {
    return character >= ' ' && character <= '~';
  }

  static Optional<String> oneOf(QueryParameters parameters, String name, Set<String> allowed) {
    Optional<String> value = parameters.text(name);
    if (value.isPresent() && !allowed.contains(value.get())) {
      throw Ec2Refusal.invalidValue(
          "Value (" + value.get() + ") for parameter " + name + " is invalid.");
    }
    return value;
  }

  private List<ImageRecord.Mapping> mappings(QueryParameters parameters) {
    return parameters.elements("BlockDeviceMapping").stream().map(this::mapping).toList();
  }

  private ImageRecord.Mapping mapping(QueryParameters mapping) {
    String device = mapping.required("DeviceName");
    QueryParameters ebs = mapping.below("Ebs");
    Optional<Snapshot> snapshot = ebs.text("SnapshotId").map(this::completed);
    Optional<Boolean> encrypted = ebs.flag("Encrypted");
    if (snapshot.isPresent() && encrypted.isPresent()) {
      throw badMapping(
          "the encrypted flag cannot be specified since device "
              + device
              + " has a snapshot specified.");
    }
    return new ImageRecord.Mapping(
        device,
        snapshot.map(Snapshot::id).orElse(null),
        volumeSize(ebs, device, snapshot),
        oneOf(ebs, "VolumeType", VOLUME_TYPES).orElse(DEFAULT_VOLUME_TYPE),
        ebs.flag("DeleteOnTermination").orElse(true),
        snapshot.map(Snapshot::encrypted).orElse(encrypted.orElse(false)),
        ebs.number("Iops").orElse(null),
        ebs.number("Throughput").orElse(null));
  }

  private Snapshot completed(String snapshotId) {
    Snapshot snapshot =
        snapshots.find(snapshotId).orElseThrow(() -> Ec2Refusal.snapshotNotFound(snapshotId));
    // AWS documents the refusal but not its code; this is the one of CreateVolume.
    if (snapshot.status() != SnapshotStatus.COMPLETED) {
      throw Ec2Refusal.of(
          "IncorrectState",
          "Snapshot is in invalid state - " + snapshot.status().word() + ": " + snapshotId);
    }
    return snapshot;
  }

  private static int volumeSize(QueryParameters ebs, String device, Optional<Snapshot> snapshot) {
    Optional<Integer> asked = ebs.number("VolumeSize");
    int least = snapshot.map(Snapshot::volumeSizeGib).orElse(1);
    int size = asked.orElse(least);
    if (size < least || (asked.isEmpty() && snapshot.isEmpty())) {
      throw badMapping(
          "device " + device + " needs a volume of " + least + " GiB or more, not " + size);
    }
    return size;
  }

  private static void checkVirtualization(ImageRecord image) {
    boolean hvm = image.virtualizationType().equals(HVM);
    if (!hvm && (image.enaSupport() || image.bootMode() != null)) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination",
          "EnaSupport and BootMode need the virtualization type hvm, not "
              + image.virtualizationType());
    }
  }

  private static void checkMappings(ImageRecord image) {
    Set<String> devices = new HashSet<>();
    for (ImageRecord.Mapping mapping : image.mappings()) {
      if (!mapping.deviceName().matches(DEVICE_NAME)) {
        throw badMapping("not a device name: " + mapping.deviceName());
      }
      if (!devices.add(mapping.deviceName())) {
        throw badMapping("device " + mapping.deviceName() + " is mapped more than once");
      }
    }
    boolean rootMapped =
        image.mappings().stream()
            .anyMatch(
                mapping ->
                    mapping.deviceName().equals(image.rootDeviceName())
                        && mapping.snapshotId() != null);
    if (!rootMapped) {
      throw badMapping("the root device " + image.rootDeviceName() + " has no snapshot mapped");
    }
  }

  private static Ec2Refusal badMapping(String message) {
    return Ec2Refusal.of("InvalidBlockDeviceMapping", message);
  }
}
