package dev.drover.connector.folder;

/**
 * Whether a disk is partitioned, which tells a disk with a system from one with data alone. The
 * boot signature 55 AA does not: every FAT and NTFS volume has it, too.
 *
 * @see <a href="https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html">UEFI 2.10,
 *     GUID Partition Table Disk Layout</a>, which has both tables
 */
final class PartitionTable {
  private static final Mark BOOT_SIGNATURE = Mark.at(510, "U\u00aa");
  private static final Mark GPT_IN_SECTORS_OF_512 = Mark.at(512, "EFI PART");
  private static final Mark GPT_IN_SECTORS_OF_4096 = Mark.at(4_096, "EFI PART");

  private static final int ENTRIES_AT = 446;
  private static final int ENTRY_BYTES = 16;
  private static final int ENTRIES = 4;
  private static final int TYPE_AT = 4;
  private static final int START_AT = 8;
  private static final int LENGTH_AT = 12;
  private static final int BOOTABLE = 0x80;

  /** A disk with larger sectors holds more than this says, so that nothing true is missed. */
  private static final int SECTOR_BYTES = 512;

  private PartitionTable() {}

  static boolean isIn(ImageEnds disk) {
    return GPT_IN_SECTORS_OF_512.isIn(disk)
        || GPT_IN_SECTORS_OF_4096.isIn(disk)
        || (BOOT_SIGNATURE.isIn(disk) && hasPlausibleEntries(disk) && !BootVolume.isIn(disk));
  }

  private static boolean hasPlausibleEntries(ImageEnds disk) {
    boolean any = false;
    for (int i = 0; i < ENTRIES; i++) {
      int entry = ENTRIES_AT + i * ENTRY_BYTES;
      int flag = disk.byteAt(entry);
      if (flag != 0 && flag != BOOTABLE) {
        return false;
      }
      any |= disk.byteAt(entry + TYPE_AT) != 0 && liesInside(entry, disk);
    }
    return any;
  }

  private static boolean liesInside(int entry, ImageEnds disk) {
    long start = disk.intAt(entry + START_AT);
    long length = disk.intAt(entry + LENGTH_AT);
    return start > 0 && length > 0 && start + length <= disk.sizeBytes() / SECTOR_BYTES;
  }
}
