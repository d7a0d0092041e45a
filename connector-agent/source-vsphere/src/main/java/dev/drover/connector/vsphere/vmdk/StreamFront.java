package dev.drover.connector.vsphere.vmdk;

import static dev.drover.connector.vsphere.vmdk.SectorStream.SECTOR_BYTES;
import static dev.drover.connector.vsphere.vmdk.SparseHeader.TABLE_SECTORS;
import static dev.drover.connector.vsphere.vmdk.VmdkFormatException.require;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongPredicate;

/**
 * What stands between the header and the first grain: the descriptor, and {@code qemu-img} has the
 * tables there.
 */
final class StreamFront {
  private final SectorStream in;
  private final SparseHeader header;

  StreamFront(SectorStream in, SparseHeader header) {
    this.in = in;
    this.header = header;
  }

  /**
   * Reads it to its end; tables go into the ledger.
   *
   * @param isCapacity whether a number of sectors is the disk's
   */
  void read(GrainLedger ledger, LongPredicate isCapacity) throws IOException {
    // Every export that was ever shown in public has a descriptor; whether all hosts write one is
    // not known, and the format allows none. A stream without one says of no parent.
    if (!header.hasNoDescriptor()) {
      skipTo(header.descriptor(), "descriptor");
      byte[] descriptor = new byte[header.descriptorBytes()];
      in.read(descriptor, 0, descriptor.length);
      Descriptor.requireWhole(descriptor, isCapacity);
    }
    if (header.directory() != SparseHeader.AT_END) {
      skipTo(header.directory(), "directory");
      readTables(directory(), ledger);
    }
    skipTo(header.overhead(), "first grain");
  }

  /** Of a disk of 16 TiB 2 MiB. */
  private int[] directory() throws IOException {
    int[] tables = new int[header.tables()];
    byte[] bytes = new byte[SECTOR_BYTES];
    ByteBuffer sector = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tables.length; i++) {
      int at = i % (SECTOR_BYTES / Integer.BYTES);
      if (at == 0) {
        require(in.sector() < header.overhead(), "its directory goes on behind the first grain");
        in.read(bytes, 0, SECTOR_BYTES);
      }
      tables[i] = sector.getInt(at * Integer.BYTES);
    }
    return tables;
  }

  private void readTables(int[] tables, GrainLedger ledger) throws IOException {
    byte[] bytes = new byte[TABLE_SECTORS * SECTOR_BYTES];
    ByteBuffer entries = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tables.length; i++) {
      if (tables[i] != 0) {
        skipTo(Integer.toUnsignedLong(tables[i]), "grain table");
        require(
            in.sector() + TABLE_SECTORS <= header.overhead(),
            "its grain tables go on behind the first grain");
        in.read(bytes, 0, bytes.length);
        ledger.listed(i, entries);
      }
    }
  }

  private void skipTo(long sector, String what) throws IOException {
    require(
        sector >= in.sector() && sector <= header.overhead(),
        "its " + what + " is at sector " + sector + ", which cannot be");
    byte[] skipped = new byte[SECTOR_BYTES];
    while (in.sector() < sector) {
      in.read(skipped, 0, SECTOR_BYTES);
    }
  }
}
