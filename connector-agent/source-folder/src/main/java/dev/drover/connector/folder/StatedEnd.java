package dev.drover.connector.folder;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a disk ends by what is written at its beginning. An image that ends before is an
 * interrupted copy: the connector would prove every byte of it, and the server would not start.
 *
 * @param what whose word it is, as in "by … it has"
 * @param atBytes the byte behind the last one
 */
record StatedEnd(String what, long atBytes) {
  private static final List<Volume> VOLUMES =
      List.of(
          new Volume("its ext file system", VolumeSize::ofExt),
          new Volume("its XFS file system", VolumeSize::ofXfs),
          new Volume("its Btrfs file system", VolumeSize::ofBtrfs),
          new Volume("its NTFS file system", VolumeSize::ofNtfs),
          new Volume("its exFAT file system", VolumeSize::ofExfat),
          new Volume("its swap area", VolumeSize::ofSwap),
          new Volume("its LVM physical volume", VolumeSize::ofPhysicalVolume),
          new Volume("its RAID superblock", VolumeSize::ofRaid));

  /** The end that lies behind the image's own; empty for a disk that is whole, or says nothing. */
  static Optional<StatedEnd> behind(ImageEnds disk) {
    return of(disk).filter(end -> end.atBytes > disk.sizeBytes());
  }

  /** What lies in a partition says nothing of the disk, nor what was there before the table. */
  private static Optional<StatedEnd> of(ImageEnds disk) {
    OptionalLong table = PartitionTable.endBytes(disk);
    if (table.isPresent()) {
      return Optional.of(new StatedEnd("its partition table", table.getAsLong()));
    }
    return PartitionTable.isIn(disk)
        ? Optional.empty()
        : VOLUMES.stream()
            .map(volume -> new StatedEnd(volume.what, volume.size.ofBytes(disk)))
            .filter(end -> end.atBytes > 0)
            .findFirst();
  }

  /** Both ends, and what to do. */
  String sentence(Path file, long sizeBytes) {
    return String.format(
        Locale.ROOT,
        "%s is cut short: by %s the disk ends at byte %,d, the image at %,d: copy it again, or write"
            + " 'format: raw' in server.yaml to take it as it is.",
        file,
        what,
        atBytes,
        sizeBytes);
  }

  private record Volume(String what, VolumeSize size) {}
}
