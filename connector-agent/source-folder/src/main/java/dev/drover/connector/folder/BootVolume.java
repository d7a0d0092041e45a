package dev.drover.connector.folder;

import java.util.List;

/**
 * Whether sector 0 is that of a FAT, exFAT or NTFS volume, which has no partition table: its boot
 * code lies where the table would be.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/fileio/exfat-specification">exFAT</a>,
 *     and Microsoft's FAT specification 1.03 for the BIOS parameter block
 */
final class BootVolume {
  private static final List<Mark> NAMES =
      List.of(
          Mark.at(3, "NTFS    "),
          Mark.at(3, "EXFAT   "),
          Mark.at(3, "-FVE-FS-"),
          Mark.at(3, "ReFS\0\0\0\0"));

  private static final int SECTOR_BYTES_AT = 11;
  private static final int SECTORS_OF_A_CLUSTER_AT = 13;
  private static final int RESERVED_SECTORS_AT = 14;
  private static final int MEDIA_AT = 21;
  private static final int LEAST_SECTOR_BYTES = 512;
  private static final int MOST_SECTOR_BYTES = 4_096;
  private static final int LEAST_MEDIA = 0xF0;

  private BootVolume() {}

  static boolean isIn(ImageEnds disk) {
    return NAMES.stream().anyMatch(name -> name.isIn(disk)) || isFat(disk);
  }

  private static boolean isFat(ImageEnds disk) {
    int sectorBytes = disk.shortAt(SECTOR_BYTES_AT);
    return Integer.bitCount(sectorBytes) == 1
        && sectorBytes >= LEAST_SECTOR_BYTES
        && sectorBytes <= MOST_SECTOR_BYTES
        && Integer.bitCount(disk.byteAt(SECTORS_OF_A_CLUSTER_AT)) == 1
        && disk.shortAt(RESERVED_SECTORS_AT) > 0
        && disk.byteAt(MEDIA_AT) >= LEAST_MEDIA;
  }
}
