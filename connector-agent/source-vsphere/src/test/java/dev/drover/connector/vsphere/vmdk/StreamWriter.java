package dev.drover.connector.vsphere.vmdk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Writes streamOptimized VMDKs as hosts do, from the format's document and not from the reader:
 * tables behind their grains, then directory, footer and end. It writes what it is told to, also
 * what is wrong.
 */
public final class StreamWriter {
  public static final int GRAIN_BYTES = 65_536;
  private static final int SECTOR = 512;
  private static final int ENTRIES = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final int[] directory;
  private final int[][] tables;
  private final byte[] header;
  private int directorySector;

  public StreamWriter(long capacityBytes) {
    int grains = Math.toIntExact(Math.ceilDiv(capacityBytes, (long) GRAIN_BYTES));
    int count = Math.ceilDiv(grains, ENTRIES);
    directory = new int[count];
    tables = new int[count][];
    header = header(Math.ceilDiv(capacityBytes, (long) SECTOR));
    out.writeBytes(header);
    byte[] descriptor = descriptor(capacityBytes).getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(Arrays.copyOf(descriptor, 20 * SECTOR));
    pad(128 * SECTOR);
  }

  /** The whole of a disk: each grain that is not zeros. */
  public static byte[] write(byte[] disk) {
    StreamWriter writer = new StreamWriter(disk.length);
    int grains = Math.ceilDiv(disk.length, GRAIN_BYTES);
    for (int grain = 0; grain < grains; grain++) {
      byte[] data = Arrays.copyOfRange(disk, grain * GRAIN_BYTES, (grain + 1) * GRAIN_BYTES);
      if (!Arrays.equals(data, new byte[GRAIN_BYTES])) {
        writer.grain(grain, data);
      }
      if (grain % ENTRIES == ENTRIES - 1 || grain == grains - 1) {
        writer.table(grain / ENTRIES);
      }
    }
    return writer.directory().footer().end();
  }

  private static String descriptor(long capacityBytes) {
    return """
        # Disk DescriptorFile
        version=1
        CID=fffffffe
        parentCID=ffffffff
        createType="streamOptimized"

        # Extent description
        RDONLY %d SPARSE "disk.vmdk"
        """
        .formatted(Math.ceilDiv(capacityBytes, (long) SECTOR));
  }

  private static byte[] header(long capacity) {
    ByteBuffer bytes = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0x564d444b).putInt(3).putInt(0x30001).putLong(capacity).putLong(128);
    bytes.putLong(1).putLong(20).putInt(ENTRIES).putLong(0).putLong(-1).putLong(128);
    bytes.put((byte) 0).put("\n \r\n".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1);
    return bytes.array();
  }

  public StreamWriter grain(int grain, byte[] data) {
    note(grain, out.size() / SECTOR);
    return grainUnlisted(grain, data);
  }

  /** A grain that the tables will not have. */
  StreamWriter grainUnlisted(int grain, byte[] data) {
    return packed(grain * 128L, deflated(data));
  }

  /** A grain's marker with any content. */
  StreamWriter packed(long diskSector, byte[] packed) {
    ByteBuffer marker = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(marker.putLong(diskSector).putInt(packed.length).array());
    out.writeBytes(packed);
    pad(SECTOR);
    return this;
  }

  static byte[] deflated(byte[] data) {
    try (Deflater deflater = new Deflater(Deflater.BEST_SPEED)) {
      deflater.setInput(data);
      deflater.finish();
      byte[] packed = new byte[2 * data.length + 64];
      return Arrays.copyOf(packed, deflater.deflate(packed));
    }
  }

  /** Lists a grain that may not be there. */
  StreamWriter note(int grain, int sector) {
    int table = grain / ENTRIES;
    if (tables[table] == null) {
      tables[table] = new int[ENTRIES];
    }
    tables[table][grain % ENTRIES] = sector;
    return this;
  }

  /** The table of a number, when it has grains. */
  StreamWriter table(int number) {
    if (tables[number] != null) {
      marker(4, 1);
      directory[number] = out.size() / SECTOR;
      ints(tables[number], 4);
    }
    return this;
  }

  StreamWriter directory() {
    int sectors = Math.ceilDiv(directory.length, SECTOR / 4);
    marker(sectors, 2);
    directorySector = out.size() / SECTOR;
    ints(directory, sectors);
    return this;
  }

  StreamWriter footer() {
    marker(1, 3);
    ByteBuffer footer = ByteBuffer.wrap(header.clone()).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(footer.putLong(56, directorySector).array());
    return this;
  }

  byte[] end() {
    marker(0, 0);
    return bytes();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void marker(long sectors, int type) {
    ByteBuffer marker = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(marker.putLong(sectors).putInt(0).putInt(type).array());
  }

  private void ints(int[] values, int sectors) {
    ByteBuffer bytes = ByteBuffer.allocate(sectors * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putInt);
    out.writeBytes(bytes.array());
  }

  private void pad(int multiple) {
    out.writeBytes(new byte[Math.floorMod(-out.size(), multiple)]);
  }
}
