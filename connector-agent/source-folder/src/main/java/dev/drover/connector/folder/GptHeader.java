package dev.drover.connector.folder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * The first copy of a GUID partition table's header, in the disk's second sector.
 *
 * @see <a href="https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html#gpt-header">
 *     UEFI 2.10, GPT Header</a>
 */
final class GptHeader {
  private static final String SIGNATURE = "EFI PART";
  private static final int[] SECTOR_BYTES = {512, 4_096};

  private static final int HEADER_BYTES_AT = 12;
  private static final int SUM_AT = 16;
  private static final int OWN_SECTOR_AT = 24;
  private static final int OTHER_SECTOR_AT = 32;
  private static final int LEAST_HEADER_BYTES = 92;

  private GptHeader() {}

  static boolean isIn(ImageEnds disk) {
    return Arrays.stream(SECTOR_BYTES).anyMatch(at -> Mark.at(at, SIGNATURE).isIn(disk));
  }

  /**
   * The end of the sector with the second copy, the disk's last; empty when the header's own sum is
   * wrong.
   */
  static OptionalLong endBytes(ImageEnds disk) {
    return Arrays.stream(SECTOR_BYTES)
        .filter(at -> Mark.at(at, SIGNATURE).isIn(disk) && hasItsSum(disk, at))
        .filter(at -> disk.longAt(at + OWN_SECTOR_AT) == 1)
        .mapToLong(at -> (disk.longAt(at + OTHER_SECTOR_AT) + 1) * at)
        .findFirst();
  }

  private static boolean hasItsSum(ImageEnds disk, int at) {
    long headerBytes = disk.intAt(at + HEADER_BYTES_AT);
    if (headerBytes < LEAST_HEADER_BYTES || headerBytes > at || 2 * at > disk.head().length()) {
      return false;
    }
    byte[] header =
        disk.head().substring(at, at + (int) headerBytes).getBytes(StandardCharsets.ISO_8859_1);
    Arrays.fill(header, SUM_AT, SUM_AT + Integer.BYTES, (byte) 0);
    CRC32 sum = new CRC32();
    sum.update(header);
    return sum.getValue() == disk.intAt(at + SUM_AT);
  }
}
