package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.image.ImageRecord;
import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.instance.VolumeRecord;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.EncryptionByDefault;
import dev.drover.local.simulator.snapshot.ResourceIds;
import dev.drover.local.simulator.snapshot.Snapshot;
import dev.drover.local.simulator.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of a launch: the AMI's block devices as the call's mappings change them.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html">
 *     EbsBlockDevice</a>
 */
final class LaunchVolumes {
  private static final Set<String> TYPES =
      Set.of("standard", "gp2", "gp3", "io1", "io2", "st1", "sc1");
  private static final Set<String> TYPES_WITH_IOPS = Set.of("gp3", "io1", "io2");

  /** What EC2 makes of a new mapping that names no type. */
  private static final String DEFAULT_TYPE = "gp2";

  private final Account account;
  private final SnapshotStore snapshots;
  private final EncryptionByDefault encryptionByDefault;
  private final ResourceIds ids = new ResourceIds();

  LaunchVolumes(Account account, SnapshotStore snapshots, EncryptionByDefault encryptionByDefault) {
    this.account = account;
    this.snapshots = snapshots;
    this.encryptionByDefault = encryptionByDefault;
  }

  /** A volume before it is one of an instance. */
  record Plan(
      String deviceName,
      @Nullable String snapshotId,
      int sizeGib,
      String type,
      boolean deleteOnTermination,
      @Nullable String kmsKeyArn,
      @Nullable Integer iops,
      @Nullable Integer throughput) {}

  /** The volumes in the AMI's order, then those that the call adds. */
  List<Plan> plan(ImageRecord image, QueryParameters parameters) {
    Map<String, QueryParameters> asked = new LinkedHashMap<>();
    for (QueryParameters mapping : parameters.elements("BlockDeviceMapping")) {
      String device = mapping.required("DeviceName");
      if (asked.put(device, mapping.below("Ebs")) != null) {
        throw badMapping("device " + device + " is mapped more than once");
      }
    }
    List<Plan> plans = new ArrayList<>();
    for (ImageRecord.Mapping mapping : image.mappings()) {
      QueryParameters change =
          Optional.ofNullable(asked.remove(mapping.deviceName()))
              .orElse(parameters.below("BlockDeviceMapping.none"));
      plans.add(changed(mapping, change));
    }
    asked.forEach((device, ebs) -> plans.add(added(device, ebs)));
    return plans;
  }

  VolumeRecord volume(Plan plan, InstanceRecord instance, Map<String, String> tags) {
    return new VolumeRecord(
        ids.next("vol-"),
        instance.id(),
        plan.deviceName(),
        plan.deleteOnTermination(),
        plan.snapshotId(),
        plan.sizeGib(),
        plan.type(),
        plan.iops(),
        plan.throughput(),
        plan.kmsKeyArn(),
        instance.availabilityZone(),
        tags,
        instance.launchedAtMillis());
  }

  private Plan changed(ImageRecord.Mapping mapping, QueryParameters ebs) {
    Optional<String> snapshotId = ebs.text("SnapshotId");
    if (snapshotId.isPresent() && !snapshotId.get().equals(mapping.snapshotId())) {
      throw badMapping(
          "snapshotId cannot be modified on device "
              + mapping.deviceName()
              + ": the image has "
              + mapping.snapshotId());
    }
    return plan(
        mapping.deviceName(),
        ebs,
        Optional.ofNullable(mapping.snapshotId()),
        mapping.volumeSizeGib(),
        new Defaults(
            mapping.volumeType(),
            mapping.deleteOnTermination(),
            mapping.encrypted(),
            mapping.iops(),
            mapping.throughput()));
  }

  private Plan added(String device, QueryParameters ebs) {
    Optional<String> snapshotId = ebs.text("SnapshotId");
    if (snapshotId.isEmpty() && !ebs.has("VolumeSize")) {
      throw badMapping("device " + device + " needs a VolumeSize or a SnapshotId");
    }
    return plan(device, ebs, snapshotId, 1, new Defaults(DEFAULT_TYPE, true, false, null, null));
  }

  private record Defaults(
      String type,
      boolean deleteOnTermination,
      boolean encrypted,
      @Nullable Integer iops,
      @Nullable Integer throughput) {}

  private Plan plan(
      String device,
      QueryParameters ebs,
      Optional<String> snapshotId,
      int defaultSizeGib,
      Defaults defaults) {
    Optional<Snapshot> snapshot = snapshotId.map(this::find);
    String type = ebs.text("VolumeType").orElse(defaults.type());
    if (!TYPES.contains(type)) {
      throw Ec2Refusal.invalidValue("Value (" + type + ") for parameter VolumeType is invalid.");
    }
    Optional<Integer> iops = ebs.number("Iops");
    Optional<Integer> throughput = ebs.number("Throughput");
    // AWS documents which types take them, but not the code of the refusal.
    if ((iops.isPresent() && !TYPES_WITH_IOPS.contains(type))
        || (throughput.isPresent() && !type.equals("gp3"))) {
      throw Ec2Refusal.of(
          "InvalidParameterCombination",
          "The volume type " + type + " of device " + device + " takes no such Iops or Throughput");
    }
    boolean sameType = type.equals(defaults.type());
    return new Plan(
        device,
        snapshotId.orElse(null),
        size(ebs, device, snapshot, defaultSizeGib),
        type,
        ebs.flag("DeleteOnTermination").orElse(defaults.deleteOnTermination()),
        key(ebs, device, snapshot, defaults.encrypted()),
        iops.orElse(sameType ? defaults.iops() : null),
        throughput.orElse(sameType ? defaults.throughput() : null));
  }

  private static int size(
      QueryParameters ebs, String device, Optional<Snapshot> snapshot, int defaultSizeGib) {
    int least = snapshot.map(Snapshot::volumeSizeGib).orElse(1);
    int size = ebs.number("VolumeSize").orElse(Math.max(defaultSizeGib, least));
    if (size < least) {
      throw badMapping(
          "Volume of size %dGB of device %s is smaller than its snapshot, expect size >= %dGB"
              .formatted(size, device, least));
    }
    return size;
  }

  /** The key that encrypts the volume; null for none. A snapshot's encryption cannot be undone. */
  private @Nullable String key(
      QueryParameters ebs, String device, Optional<Snapshot> snapshot, boolean encryptedByDefault) {
    Optional<Boolean> encrypted = ebs.flag("Encrypted");
    Optional<String> key = ebs.text("KmsKeyId");
    boolean fromEncrypted = snapshot.map(Snapshot::encrypted).orElse(encryptedByDefault);
    if (fromEncrypted && encrypted.equals(Optional.of(false))) {
      throw badMapping(
          "the encrypted flag of device " + device + " cannot be false: its snapshot is encrypted");
    }
    if (key.isPresent() && !encrypted.orElse(fromEncrypted)) {
      throw Ec2Refusal.of(
          "InvalidParameterDependency",
          "The parameter KmsKeyId requires the parameter Encrypted to be set.");
    }
    if (encrypted.orElse(false) || fromEncrypted || encryptionByDefault.enabled()) {
      return key.or(() -> snapshot.flatMap(Snapshot::kmsKeyArn)).orElse(account.defaultKeyArn());
    }
    return null;
  }

  private Snapshot find(String snapshotId) {
    return snapshots.find(snapshotId).orElseThrow(() -> Ec2Refusal.snapshotNotFound(snapshotId));
  }

  private static Ec2Refusal badMapping(String message) {
    return Ec2Refusal.of("InvalidBlockDeviceMapping", message);
  }
}
