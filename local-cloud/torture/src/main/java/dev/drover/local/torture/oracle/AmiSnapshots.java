package dev.drover.local.torture.oracle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.EbsBlockDevice;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Image;
import software.amazon.awssdk.services.ec2.model.ImportImageTask;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.ec2.model.SnapshotDetail;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * What an AMI is held to, by the ids of disks. An AMI that VM Import made stands on snapshots of VM
 * Import's, which name no disk: each is of the disk whose copy the import took for its device. The
 * copies are held to the disks, too. Real VM Import changes the boot disk, so that it boots on EC2;
 * the simulator's changes nothing, and so both have to be the disk.
 *
 * @param copies the snapshots that the run made
 * @param made what the AMI stands on; the copies themselves where they were registered
 * @param isImported whether VM Import made it
 */
record AmiSnapshots(Map<String, Snapshot> copies, Map<String, Snapshot> made, boolean isImported) {
  private static final String DISK_TAG = "drover:disk";
  private static final String IMPORT_TAG = "drover:import";

  AmiSnapshots {
    copies = Map.copyOf(copies);
    made = Map.copyOf(made);
  }

  /** Those of an AMI that exists. A snapshot of no known disk has its device instead of a disk. */
  static AmiSnapshots of(Ec2Client ec2, String amiId) {
    Image image = ec2.describeImages(request -> request.imageIds(amiId)).images().getFirst();
    Map<String, String> made = new HashMap<>();
    image.blockDeviceMappings().forEach(mapping -> put(made, mapping.deviceName(), mapping.ebs()));
    Optional<String> task = tag(image.tags(), IMPORT_TAG);
    Map<String, String> copies = task.map(id -> copies(task(ec2, id))).orElse(made);
    return of(copies, made, find(ec2, copies, made), task.isPresent());
  }

  private static void put(Map<String, String> byDevice, String device, EbsBlockDevice disk) {
    byDevice.put(device, disk.snapshotId());
  }

  /**
   * Those of an AMI.
   *
   * @param copies what the run made, by their devices
   * @param made what the AMI stands on, by the same devices
   * @param found those of them that exist, by their ids
   */
  static AmiSnapshots of(
      Map<String, String> copies,
      Map<String, String> made,
      Map<String, Snapshot> found,
      boolean isImported) {
    Map<String, String> disks = new HashMap<>();
    copies.forEach(
        (device, id) ->
            Optional.ofNullable(found.get(id))
                .flatMap(copy -> tag(copy.tags(), DISK_TAG))
                .ifPresent(disk -> disks.put(device, disk)));
    return new AmiSnapshots(byDisk(copies, disks, found), byDisk(made, disks, found), isImported);
  }

  /** The copies of which VM Import has made, or makes, an AMI. */
  static Set<String> copiesOfAllImports(Ec2Client ec2) {
    Set<String> copies = new HashSet<>();
    ec2.describeImportImageTasksPaginator(request -> {})
        .importImageTasks()
        .forEach(task -> copies.addAll(copies(task).values()));
    return copies;
  }

  private static ImportImageTask task(Ec2Client ec2, String id) {
    return ec2.describeImportImageTasks(request -> request.importTaskIds(id))
        .importImageTasks()
        .getFirst();
  }

  private static Map<String, String> copies(ImportImageTask task) {
    Map<String, String> copies = new HashMap<>();
    for (SnapshotDetail disk : task.snapshotDetails()) {
      copies.put(disk.deviceName(), disk.snapshotId());
    }
    return copies;
  }

  /** By filter: one that is gone is a difference to be told, and no failure of the call. */
  private static Map<String, Snapshot> find(
      Ec2Client ec2, Map<String, String> copies, Map<String, String> made) {
    Set<String> ids = new HashSet<>(copies.values());
    ids.addAll(made.values());
    Map<String, Snapshot> found = new HashMap<>();
    ec2.describeSnapshotsPaginator(
            request -> request.filters(Filter.builder().name("snapshot-id").values(ids).build()))
        .snapshots()
        .forEach(snapshot -> found.put(snapshot.snapshotId(), snapshot));
    return found;
  }

  private static Map<String, Snapshot> byDisk(
      Map<String, String> ids, Map<String, String> disks, Map<String, Snapshot> found) {
    Map<String, Snapshot> byDisk = new HashMap<>();
    ids.forEach(
        (device, id) -> {
          Snapshot snapshot = found.get(id);
          if (snapshot != null) {
            byDisk.put(disks.getOrDefault(device, device), snapshot);
          }
        });
    return byDisk;
  }

  private static Optional<String> tag(List<Tag> tags, String key) {
    return tags.stream().filter(tag -> tag.key().equals(key)).map(Tag::value).findFirst();
  }
}
