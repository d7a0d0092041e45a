package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.instance.VolumeRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * DescribeVolumes and DeleteVolume, for the volumes that instances have or left.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html">Volume</a>
 */
final class VolumeActions {
  private final InstanceStore instances;

  VolumeActions(InstanceStore instances) {
    this.instances = instances;
  }

  void describe(QueryParameters parameters, XmlElement answer) {
    List<String> ids = parameters.texts("VolumeId");
    Filters filters = Filters.of(parameters);
    Paging paging = Paging.of(parameters, !ids.isEmpty());
    parameters.refuseUnknown();
    List<VolumeRecord> selected =
        ids.isEmpty() ? instances.volumes() : ids.stream().map(this::find).toList();
    List<VolumeRecord> matching =
        selected.stream()
            .filter(volume -> filters.accept(name -> of(volume, name), volume.tags()))
            .toList();
    Paging.Page<VolumeRecord> page = paging.page(matching, VolumeRecord::id);
    answer.items("volumeSet", page.items(), this::describe);
    answer.text("nextToken", page.nextToken().orElse(null));
  }

  void delete(QueryParameters parameters, XmlElement answer) throws IOException {
    VolumeRecord volume = find(parameters.required("VolumeId"));
    parameters.refuseUnknown();
    if (instances.isAttached(volume)) {
      throw Ec2Refusal.of(
          "VolumeInUse",
          "Volume " + volume.id() + " is currently attached to " + volume.instanceId());
    }
    instances.delete(volume);
    answer.text("return", true);
  }

  private VolumeRecord find(String id) {
    if (!id.matches("vol-[0-9a-f]+")) {
      throw Ec2Refusal.of("InvalidVolumeID.Malformed", "Invalid id: \"" + id + "\"");
    }
    return instances.findVolume(id).orElseThrow(() -> Ec2Refusal.volumeNotFound(id));
  }

  private Collection<String> of(VolumeRecord volume, String filter) {
    return switch (filter) {
      case "volume-id" -> Filters.only(volume.id());
      case "status" -> Filters.only(state(volume));
      case "snapshot-id" -> Stream.ofNullable(volume.snapshotId()).toList();
      case "volume-type" -> Filters.only(volume.type());
      case "size" -> Filters.only(volume.sizeGib());
      case "encrypted" -> Filters.only(volume.kmsKeyArn() != null);
      case "availability-zone" -> Filters.only(volume.availabilityZone());
      case "attachment.instance-id" ->
          instances.isAttached(volume) ? List.of(volume.instanceId()) : List.of();
      default -> throw Filters.unknown(filter);
    };
  }

  private String state(VolumeRecord volume) {
    return instances.isAttached(volume) ? "in-use" : "available";
  }

  private void describe(XmlElement item, VolumeRecord volume) {
    Instant created = Instant.ofEpochMilli(volume.createdAtMillis());
    item.text("volumeId", volume.id())
        .text("size", volume.sizeGib())
        .text("snapshotId", volume.snapshotId() == null ? "" : volume.snapshotId())
        .text("availabilityZone", volume.availabilityZone())
        .text("status", state(volume))
        .time("createTime", created)
        .text("volumeType", volume.type())
        .text("iops", volume.iops())
        .text("throughput", volume.throughput())
        .text("encrypted", volume.kmsKeyArn() != null)
        .text("kmsKeyId", volume.kmsKeyArn())
        .tags(volume.tags());
    List<VolumeRecord> attached = instances.isAttached(volume) ? List.of(volume) : List.of();
    item.items(
        "attachmentSet",
        attached,
        (attachment, _) ->
            attachment
                .text("volumeId", volume.id())
                .text("instanceId", volume.instanceId())
                .text("device", volume.deviceName())
                .text("status", "attached")
                .time("attachTime", created)
                .text("deleteOnTermination", volume.deleteOnTermination()));
  }
}
