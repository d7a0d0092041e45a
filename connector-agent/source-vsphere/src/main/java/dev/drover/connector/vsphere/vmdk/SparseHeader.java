package dev.drover.connector.vsphere.vmdk;

import static dev.drover.connector.vsphere.vmdk.SectorStream.SECTOR_BYTES;
import static dev.drover.connector.vsphere.vmdk.VmdkFormatException.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of a sparse extent, which is also its footer. Numbers are little-endian.
 *
 * <pre>
 *  0 magic 'KDMV'        4 version 1 to 3      8 flags
 * 12 capacity           20 grain size         28 descriptor offset, 36 size
 * 44 entries in a table 48 second directory   56 directory      64 overhead
 * 72 unclean shutdown   73 "\n \r\n"          77 compression
 * </pre>
 *
 * Sizes and offsets are in sectors of 512 bytes.
 *
 * @param capacity of the disk
 * @param grain sectors in a grain
 * @param descriptor where the descriptor is
 * @param descriptorSize its sectors; 0 where there is none
 * @param directory where the grain directory is; {@link #AT_END} when only the footer says it
 * @param overhead where the grains begin
 * @see <a href="https://www.vmware.com/app/vmtn/vmdk.pdf">Virtual Disk Format 5.0</a>, "Hosted
 *     Sparse Extents" and "Stream-Optimized Compressed Sparse Extents"
 */
record SparseHeader(
    long capacity, int grain, long descriptor, long descriptorSize, long directory, long overhead) {
  static final long AT_END = -1;

  /** The format fixes it. */
  static final int ENTRIES_IN_TABLE = 512;

  /** 4 bytes each. */
  static final int TABLE_SECTORS = ENTRIES_IN_TABLE * Integer.BYTES / SECTOR_BYTES;

  private static final int MAGIC = 0x564d444b;
  private static final int HAS_NEWLINE_TEST = 1;
  private static final int COMPRESSED_WITH_MARKERS = 0x30000;

  /** {@code "\n \r\n"}. */
  private static final int NEWLINE_TEST = 0x0a0d200a;

  private static final int DEFLATE = 1;

  /** 1 MiB; every writer known makes grains of 64 KiB. */
  private static final int MAX_GRAIN = 2_048;

  /** 64 TiB, the largest EBS volume, more than the 62 TiB of the largest VMDK. */
  private static final long MAX_CAPACITY = (1L << 46) / SECTOR_BYTES;

  /** Of 64 TiB in grains of 64 KiB: then a directory has 8 MiB. */
  private static final int MAX_TABLES = 1 << 21;

  /** 1 MiB; hosts and others write 20 sectors at most. */
  private static final int MAX_DESCRIPTOR = 2_048;

  /** For the descriptor and padding: 32 MiB. */
  private static final long SPARE_OVERHEAD = 65_536;

  /** The header: what it says must be possible in front of a stream. */
  static SparseHeader of(byte[] sector) {
    SparseHeader read = parse(sector);
    require(
        read.overhead >= 1 && read.overhead <= read.maxOverhead(),
        "its grains begin at sector " + Long.toUnsignedString(read.overhead));
    require(
        read.directory == AT_END || (read.directory >= 1 && read.directory < read.overhead),
        "its directory is at sector " + Long.toUnsignedString(read.directory));
    require(
        read.hasNoDescriptor() || read.hasDescriptorInFront(),
        "its descriptor is at sector "
            + Long.toUnsignedString(read.descriptor)
            + " and has "
            + Long.toUnsignedString(read.descriptorSize));
    return read;
  }

  /** The footer, which says where the directory was. */
  static SparseHeader ofFooter(byte[] sector) {
    return parse(sector);
  }

  private static SparseHeader parse(byte[] sector) {
    ByteBuffer header = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
    int version = header.getInt(4);
    int flags = header.getInt(8);
    require(header.getInt(0) == MAGIC, "it does not begin as a sparse VMDK");
    require(version >= 1 && version <= 3, "its version is " + version + ", not 1 to 3");
    require(
        (flags & HAS_NEWLINE_TEST) == 0 || header.getInt(73) == NEWLINE_TEST,
        "its line ends were changed on the way, as if it were a text");
    require(
        (flags & COMPRESSED_WITH_MARKERS) == COMPRESSED_WITH_MARKERS
            && header.getShort(77) == DEFLATE,
        "it is not streamOptimized");
    require(header.getInt(44) == ENTRIES_IN_TABLE, "its tables have not 512 entries");
    long grain = header.getLong(20);
    require(
        grain >= 8 && grain <= MAX_GRAIN && Long.bitCount(grain) == 1,
        "its grains have " + Long.toUnsignedString(grain) + " sectors");
    long capacity = header.getLong(12);
    require(
        capacity > 0 && capacity <= MAX_CAPACITY,
        "its disk has " + Long.toUnsignedString(capacity) + " sectors");
    require(
        Math.ceilDiv(capacity, grain * ENTRIES_IN_TABLE) <= MAX_TABLES,
        "its grains of " + grain + " sectors are too small for so large a disk");
    return new SparseHeader(
        capacity,
        (int) grain,
        header.getLong(28),
        header.getLong(36),
        header.getLong(56),
        header.getLong(64));
  }

  boolean hasNoDescriptor() {
    return descriptorSize == 0;
  }

  /** Before the directory and the grains, so that it is read while it comes. */
  private boolean hasDescriptorInFront() {
    return descriptor >= 1
        && descriptorSize > 0
        && descriptorSize <= MAX_DESCRIPTOR
        && descriptor <= overhead - descriptorSize
        && (directory == AT_END || descriptor <= directory - descriptorSize);
  }

  int descriptorBytes() {
    return Math.toIntExact(descriptorSize * SECTOR_BYTES);
  }

  int grainBytes() {
    return grain * SECTOR_BYTES;
  }

  int tables() {
    return Math.toIntExact(Math.ceilDiv(capacity, (long) grain * ENTRIES_IN_TABLE));
  }

  int directorySectors() {
    return Math.ceilDiv(tables(), SECTOR_BYTES / Integer.BYTES);
  }

  /** Two directories with their tables, and a descriptor. */
  private long maxOverhead() {
    return 2L * (directorySectors() + (long) TABLE_SECTORS * tables()) + SPARE_OVERHEAD;
  }
}
