package dev.drover.connector.folder;

import java.util.List;
import java.util.OptionalLong;

/**
 * Whether a disk is partitioned, which tells a disk with a system from one with data alone, and
 * where it ends by its table. The boot signature 55 AA does not: every FAT and NTFS volume has it,
 * too.
 *
 * @see <a href="https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html">UEFI 2.10,
 *     GUID Partition Table Disk Layout</a>, which has both tables
 */
final class PartitionTable {
  private static final Mark BOOT_SIGNATURE = Mark.at(510, "U\u00aa");
  private static final Mark ISO_9660 = Mark.at(32_769, "CD001");

  /** A disk with larger sectors holds more than this says, so that nothing true is missed. */
  private static final int SECTOR_BYTES = 512;

  private PartitionTable() {}

  static boolean isIn(ImageEnds disk) {
    return GptHeader.isIn(disk) || (hasMbr(disk) && hasPlausibleEntry(disk));
  }

  /**
   * Where the last partition ends, with a GPT its second copy, which is the disk's last sector;
   * empty when no table is certain. The length of a protective entry is not looked at: it is often
   * wrong, and 0xFFFFFFFF on a disk of more than 2 TiB. The table of an ISO image is made up.
   */
  static OptionalLong endBytes(ImageEnds disk) {
    if (!hasMbr(disk) || ISO_9660.isIn(disk)) {
      return OptionalLong.empty();
    }
    List<MbrEntry> entries = MbrEntry.all(disk);
    if (entries.stream().anyMatch(MbrEntry::isProtective)) {
      return GptHeader.endBytes(disk);
    }
    List<MbrEntry> used = entries.stream().filter(MbrEntry::isUsed).toList();
    return MbrEntry.areATable(entries)
        ? used.stream().mapToLong(entry -> entry.endSector() * SECTOR_BYTES).max()
        : OptionalLong.empty();
  }

  private static boolean hasMbr(ImageEnds disk) {
    return BOOT_SIGNATURE.isIn(disk) && !BootVolume.isIn(disk);
  }

  private static boolean hasPlausibleEntry(ImageEnds disk) {
    List<MbrEntry> entries = MbrEntry.all(disk);
    return entries.stream().allMatch(MbrEntry::hasKnownFlag)
        && entries.stream()
            .anyMatch(e -> e.isUsed() && e.endSector() <= disk.sizeBytes() / SECTOR_BYTES);
  }
}
