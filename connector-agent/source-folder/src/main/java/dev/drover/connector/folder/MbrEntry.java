package dev.drover.connector.folder;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One of the four entries of a master boot record.
 *
 * @param flag 0x80 for the one to boot from, else 0
 * @param type 0 for an entry that is free
 * @param startSector unsigned, as is the length
 */
record MbrEntry(int flag, int type, long startSector, long lengthSectors) {
  private static final int ENTRIES_AT = 446;
  private static final int ENTRY_BYTES = 16;
  private static final int ENTRIES = 4;
  private static final int TYPE_AT = 4;
  private static final int START_AT = 8;
  private static final int LENGTH_AT = 12;
  private static final int BOOTABLE = 0x80;
  private static final int GPT_PROTECTIVE = 0xEE;

  static List<MbrEntry> all(ImageEnds disk) {
    return IntStream.range(0, ENTRIES)
        .map(i -> ENTRIES_AT + i * ENTRY_BYTES)
        .mapToObj(
            at ->
                new MbrEntry(
                    disk.byteAt(at),
                    disk.byteAt(at + TYPE_AT),
                    disk.intAt(at + START_AT),
                    disk.intAt(at + LENGTH_AT)))
        .toList();
  }

  /** Boot code where the table would be has other flags, no place, or entries that overlap. */
  static boolean areATable(List<MbrEntry> entries) {
    List<MbrEntry> used = entries.stream().filter(MbrEntry::isUsed).toList();
    return entries.stream().allMatch(e -> e.hasKnownFlag() && (e.type == 0 || e.isUsed()))
        && used.stream().allMatch(e -> used.stream().filter(e::overlaps).count() == 1);
  }

  boolean hasKnownFlag() {
    return flag == 0 || flag == BOOTABLE;
  }

  boolean isProtective() {
    return type == GPT_PROTECTIVE;
  }

  boolean isUsed() {
    return type != 0 && startSector > 0 && lengthSectors > 0;
  }

  long endSector() {
    return startSector + lengthSectors;
  }

  /** As each does with itself. */
  private boolean overlaps(MbrEntry other) {
    return startSector < other.endSector() && other.startSector < endSector();
  }
}
