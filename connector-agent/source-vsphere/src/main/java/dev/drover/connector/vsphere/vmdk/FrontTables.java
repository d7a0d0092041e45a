package dev.drover.connector.vsphere.vmdk;

import static dev.drover.connector.vsphere.vmdk.SectorStream.SECTOR_BYTES;
import static dev.drover.connector.vsphere.vmdk.SparseHeader.TABLE_SECTORS;
import static dev.drover.connector.vsphere.vmdk.VmdkFormatException.require;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What stands between the header and the first grain; {@code qemu-img} has the tables there. */
final class FrontTables {
  private final SectorStream in;
  private final SparseHeader header;

  FrontTables(SectorStream in, SparseHeader header) {
    this.in = in;
    this.header = header;
  }

  /** Reads it to its end; tables go into the ledger. */
  void read(GrainLedger ledger) throws IOException {
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
