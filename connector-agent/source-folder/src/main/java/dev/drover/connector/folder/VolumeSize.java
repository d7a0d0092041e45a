package dev.drover.connector.folder;

/**
 * How large a volume says it is that has a disk for itself. Each is asked for what its kernel
 * driver or its tools ask before they take it as whole: none of them opens one that is larger than
 * its device.
 *
 * @see <a href="https://github.com/util-linux/util-linux/tree/master/libblkid/src/superblocks">
 *     libblkid, which has the layouts of all of them</a>
 */
interface VolumeSize {
  /** In bytes; 0 when there is no such volume, or a field has a value that none has. */
  long ofBytes(ImageEnds disk);

  /** A volume whose size in bytes would not fit is none. */
  private static long product(long units, long unitBytes) {
    boolean plausible = units > 0 && unitBytes > 0 && units <= (Long.MAX_VALUE - 1) / unitBytes;
    return plausible ? units * unitBytes : 0;
  }

  /** ext2, 3, 4: blocks of 1 KiB to 64 KiB; the upper half of the count only with 64-bit blocks. */
  static long ofExt(ImageEnds disk) {
    int at = 1_024;
    int has64Bit = 0x80;
    long logBlockKib = disk.intAt(at + 24);
    boolean hasGroups = disk.intAt(at) > 0 && disk.intAt(at + 32) > 0 && disk.intAt(at + 40) > 0;
    if (!Mark.at(1_080, "S\u00ef").isIn(disk) || logBlockKib > 6 || !hasGroups) {
      return 0;
    }
    long upper = (disk.intAt(at + 96) & has64Bit) == 0 ? 0 : disk.intAt(at + 336);
    return product(disk.intAt(at + 4) | upper << Integer.SIZE, 1_024L << logBlockKib);
  }

  static long ofXfs(ImageEnds disk) {
    long blockBytes = Integer.toUnsignedLong(Integer.reverseBytes((int) disk.intAt(4)));
    return Mark.begins("XFSB").isIn(disk) && isPowerOfTwo(blockBytes, 512, 64 << 10)
        ? product(Long.reverseBytes(disk.longAt(8)), blockBytes)
        : 0;
  }

  /** Its superblock has the item of this device: of several, each says its own size. */
  static long ofBtrfs(ImageEnds disk) {
    int at = 0x10000;
    return Mark.at(at + 0x40, "_BHRfS_M").isIn(disk) && disk.longAt(at + 0x30) == at
        ? product(disk.longAt(at + 0xd1), 1)
        : 0;
  }

  static long ofNtfs(ImageEnds disk) {
    long sectorBytes = disk.shortAt(11);
    return Mark.at(3, "NTFS    ").isIn(disk) && isPowerOfTwo(sectorBytes, 256, 4_096)
        ? product(disk.longAt(40), sectorBytes)
        : 0;
  }

  static long ofExfat(ImageEnds disk) {
    int logSectorBytes = disk.byteAt(108);
    return Mark.at(3, "EXFAT   ").isIn(disk) && logSectorBytes >= 9 && logSectorBytes <= 12
        ? product(disk.longAt(72), 1L << logSectorBytes)
        : 0;
  }

  /** The mark ends the first page, 4 KiB or 64 KiB; version 1 says which page is the last. */
  static long ofSwap(ImageEnds disk) {
    int pageBytes = 0;
    for (int candidate : new int[] {4 << 10, 64 << 10}) {
      pageBytes = Mark.at(candidate - 10, "SWAPSPACE2").isIn(disk) ? candidate : pageBytes;
    }
    return disk.intAt(1_024) == 1 && disk.intAt(1_028) > 0
        ? product(disk.intAt(1_028) + 1, pageBytes)
        : 0;
  }

  /** The label lies in one of the first four sectors, and says where its header is. */
  static long ofPhysicalVolume(ImageEnds disk) {
    for (int at = 0; at < 4 * 512; at += 512) {
      boolean isLabel =
          Mark.at(at, "LABELONE").isIn(disk) && Mark.at(at + 24, "LVM2 001").isIn(disk);
      if (isLabel && disk.longAt(at + 8) == at / 512 && disk.intAt(at + 20) < 512) {
        return product(disk.longAt(at + (int) disk.intAt(at + 20) + 32), 1);
      }
    }
    return 0;
  }

  /** Versions 1.1 and 1.2 of Linux RAID; the others lie at the disk's end. */
  static long ofRaid(ImageEnds disk) {
    for (int at : new int[] {0, 4_096}) {
      if (Mark.at(at, "\u00fcN+\u00a9\1\0\0\0").isIn(disk) && disk.longAt(at + 144) == at / 512) {
        long beginSectors = disk.longAt(at + 128);
        long sectors = disk.longAt(at + 136);
        boolean plausible = beginSectors >= 0 && sectors > 0 && beginSectors < 1L << 40;
        return plausible && sectors < 1L << 54 ? product(beginSectors + sectors, 512) : 0;
      }
    }
    return 0;
  }

  private static boolean isPowerOfTwo(long value, long least, long most) {
    return Long.bitCount(value) == 1 && value >= least && value <= most;
  }
}
