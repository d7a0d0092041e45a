package dev.drover.connector.folder;

import java.util.List;

/**
 * What only a raw disk has: a partition table, or what file systems and volume managers write at
 * fixed places of a disk that is theirs as a whole. An empty disk holds zeros.
 *
 * @see <a href="https://github.com/util-linux/util-linux/tree/master/libblkid/src">libblkid, which
 *     knows them all</a>
 */
final class RawSign {
  private static final List<Mark> SUPERBLOCKS =
      List.of(
          Mark.at(1_080, "S\u00ef"), // ext2, 3, 4
          Mark.begins("XFSB"),
          Mark.at(0x10040, "_BHRfS_M"), // Btrfs
          Mark.at(0x10034, "ReIsEr"),
          Mark.at(0x8000, "JFS1"),
          Mark.at(1_024, "\20 \u00f5\u00f2"), // F2FS
          Mark.at(1_024, "\u00e2\u00e1\u00f5\u00e0"), // EROFS
          Mark.at(1_024, "H+\0\4"),
          Mark.at(1_024, "HX\0\5"),
          Mark.at(32, "NXSB"), // APFS
          Mark.begins("hsqs"),
          Mark.at(32_769, "CD001"),
          Mark.at(32_769, "BEA01"),
          Mark.at(4_086, "SWAPSPACE2"),
          Mark.at(65_526, "SWAPSPACE2"),
          Mark.begins("LUKS\u00ba\u00be"),
          Mark.begins("LABELONE"), // LVM, in one of the first four sectors
          Mark.at(512, "LABELONE"),
          Mark.at(1_024, "LABELONE"),
          Mark.at(1_536, "LABELONE"),
          Mark.begins("\u00fcN+\u00a9"), // Linux RAID
          Mark.at(4_096, "\u00fcN+\u00a9"),
          Mark.at(512, "WEV\u0082"), // BSD disk label
          Mark.at(512, "PM\0\0"), // Apple partition map
          Mark.at(508, "\u00da\u00be"), // Sun disk label
          Mark.at(32, "ORCLDISK"),
          Mark.begins("bluestore block device\n"));

  private RawSign() {}

  static boolean isIn(ImageEnds disk) {
    return PartitionTable.isIn(disk)
        || BootVolume.isIn(disk)
        || SUPERBLOCKS.stream().anyMatch(mark -> mark.isIn(disk))
        || disk.head().chars().allMatch(character -> character == 0);
  }
}
