package dev.drover.connector.vsphere.vmdk;

import static dev.drover.connector.vsphere.vmdk.SectorStream.SECTOR_BYTES;
import static dev.drover.connector.vsphere.vmdk.SparseHeader.TABLE_SECTORS;
import static dev.drover.connector.vsphere.vmdk.VmdkFormatException.require;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads a disk from a streamOptimized VMDK while it comes, grain by grain.
 *
 * <pre>
 * header, descriptor, perhaps tables
 * marker: u64 sector of the disk, u32 bytes, then the grain by zlib     each padded to a sector
 * marker: u64 sectors, u32 0, u32 type, padding; then those sectors     1 table 2 directory 3 footer
 * marker of zeros: the end                                             qemu-img writes none
 * </pre>
 *
 * <p>A stream is refused unless each grain stands behind the one before it, inside the disk, has a
 * right checksum (zlib's), and is listed at its place by the stream's own tables, and unless it
 * says that it is one whole disk. What is not there is zeros. The data of a stream that was refused
 * must not be kept: whether it is whole shows only at its end.
 *
 * @see SparseHeader
 */
public final class StreamOptimizedReader implements AutoCloseable {
  private static final int MARKER_BYTES = 12;
  private static final int END = 0;
  private static final int TABLE = 1;
  private static final int DIRECTORY = 2;
  private static final int FOOTER = 3;

  private final SectorStream in;
  private final long capacityBytes;
  private final SparseHeader header;
  private final boolean tablesInFront;
  private final GrainLedger ledger = new GrainLedger();
  private final Inflater inflater = new Inflater();
  private final byte[] packed;
  private final ByteBuffer marker;
  private final ByteBuffer plain;
  private final ByteBuffer table;
  private long lastGrain = -1;
  private long directoryAt = -1;
  private boolean hasFooter;
  private boolean ended;

  /** A grain, or what of it is inside the disk. The data is good until the next is read. */
  public record Grain(long offsetBytes, ByteBuffer data) {}

  /**
   * Reads the header.
   *
   * @param capacityBytes the size of the disk that the stream must be of
   * @throws VmdkFormatException when it is of another, or no such stream
   */
  public StreamOptimizedReader(InputStream stream, long capacityBytes) throws IOException {
    this.in = new SectorStream(stream);
    this.capacityBytes = capacityBytes;
    byte[] first = new byte[SECTOR_BYTES];
    require(in.readFirst(first), "it is empty");
    this.header = SparseHeader.of(first);
    requireCapacity();
    this.tablesInFront = header.directory() != SparseHeader.AT_END;
    // What does not shrink grows by far less than this.
    this.packed = new byte[SECTOR_BYTES + 2 * header.grainBytes()];
    this.marker = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    this.plain = ByteBuffer.allocate(header.grainBytes());
    this.table = ByteBuffer.allocate(TABLE_SECTORS * SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    new StreamFront(in, header).read(ledger, this::isCapacity);
  }

  private void requireCapacity() {
    require(
        isCapacity(header.capacity()),
        "it is of a disk of "
            + header.capacity() * SECTOR_BYTES
            + " bytes, not of one of "
            + capacityBytes);
  }

  /** The format has capacities in whole grains; writers also tell the disk's own. */
  private boolean isCapacity(long sectors) {
    long own = Math.ceilDiv(capacityBytes, (long) SECTOR_BYTES);
    return sectors == own || sectors == Math.ceilDiv(own, (long) header.grain()) * header.grain();
  }

  /**
   * The next grain that the stream holds, in ascending order.
   *
   * @return null when all came and everything agrees
   * @throws VmdkFormatException when something does not
   */
  public @Nullable Grain next() throws IOException {
    while (!ended) {
      long at = in.sector();
      if (!in.readFirst(packed)) {
        endOfFile();
      } else if (marker.getInt(8) != 0) {
        return grain(at, marker.getLong(0), marker.getInt(8));
      } else {
        metadata(at, marker.getLong(0), marker.getInt(12));
      }
    }
    return null;
  }

  private Grain grain(long at, long diskSector, int bytes) throws IOException {
    String where = "the grain at sector " + at;
    require(!hasFooter, where + " stands behind the footer");
    require(
        bytes > 0 && bytes <= packed.length - SECTOR_BYTES,
        where + " has " + Integer.toUnsignedString(bytes) + " bytes");
    require(
        diskSector >= 0
            && diskSector < header.capacity()
            && diskSector % header.grain() == 0
            && diskSector * SECTOR_BYTES < capacityBytes,
        where + " says that it is sector " + Long.toUnsignedString(diskSector) + " of the disk");
    long grain = diskSector / header.grain();
    require(grain > lastGrain, where + " stands behind one that comes later on the disk");
    lastGrain = grain;
    int padded = Math.ceilDiv(MARKER_BYTES + bytes, SECTOR_BYTES) * SECTOR_BYTES;
    in.read(packed, SECTOR_BYTES, padded - SECTOR_BYTES);
    long offsetBytes = diskSector * SECTOR_BYTES;
    int inside = (int) Math.min(header.grainBytes(), capacityBytes - offsetBytes);
    inflate(where, bytes, inside);
    ledger.sent(grain, at, tablesInFront);
    return new Grain(offsetBytes, plain.slice(0, inside).asReadOnlyBuffer());
  }

  private void inflate(String where, int bytes, int inside) {
    inflater.reset();
    inflater.setInput(packed, MARKER_BYTES, bytes);
    try {
      int got = inflater.inflate(plain.array());
      // The end of the data, with its checksum, may be looked at only when more is asked for.
      int more = inflater.finished() ? 0 : inflater.inflate(new byte[1]);
      require(more == 0, where + " inflates to more than " + got + " bytes");
      require(inflater.finished(), where + " inflates to " + got + " bytes and has no end");
      require(got >= inside, where + " inflates to " + got + " bytes and not to " + inside);
    } catch (DataFormatException e) {
      throw new VmdkFormatException(where + " does not inflate");
    }
  }

  private void metadata(long at, long sectors, int type) throws IOException {
    String where = "the marker at sector " + at;
    switch (type) {
      case END -> {
        require(sectors == 0, where + " ends the stream and is followed by something");
        end(where);
      }
      case TABLE -> {
        require(
            sectors == TABLE_SECTORS && directoryAt < 0, where + " begins no possible grain table");
        in.read(table.array(), 0, table.capacity());
        if (!tablesInFront) {
          ledger.table(at + 1, table);
        }
      }
      case DIRECTORY -> {
        require(
            sectors == header.directorySectors() && directoryAt < 0,
            where + " begins no possible directory");
        directoryAt = at + 1;
        readDirectory();
      }
      case FOOTER -> {
        require(sectors == 1 && directoryAt >= 0 && !hasFooter, where + " begins no footer");
        readFooter();
      }
      default -> throw new VmdkFormatException(where + " has the unknown type " + type);
    }
  }

  private void readDirectory() throws IOException {
    GrainLedger.Directory directory = ledger.directory();
    int perSector = SECTOR_BYTES / Integer.BYTES;
    for (int sector = 0; sector < header.directorySectors(); sector++) {
      in.read(table.array(), 0, SECTOR_BYTES);
      for (int i = 0; i < perSector; i++) {
        int tableNumber = sector * perSector + i;
        int entry = table.getInt(i * Integer.BYTES);
        require(
            tableNumber < header.tables() || entry == 0, "its directory is longer than the disk");
        directory.entry(tableNumber, entry);
      }
    }
    if (!tablesInFront) {
      directory.end();
    }
  }

  private void readFooter() throws IOException {
    byte[] sector = new byte[SECTOR_BYTES];
    in.read(sector, 0, SECTOR_BYTES);
    SparseHeader footer = SparseHeader.ofFooter(sector);
    require(
        footer.capacity() == header.capacity()
            && footer.grain() == header.grain()
            && footer.directory() == directoryAt,
        "its footer is not that of its header");
    hasFooter = true;
  }

  private void end(String where) {
    require(tablesInFront || hasFooter, where + " ends it before its footer");
    ledger.end();
    ended = true;
  }

  /** Only a stream that says in front what it holds may just end. */
  private void endOfFile() {
    require(tablesInFront, "it ends at sector " + in.sector() + ", before its end is marked");
    ledger.end();
    ended = true;
  }

  /** Frees what the decompression holds; the stream is its owner's. */
  @Override
  public void close() {
    ended = true;
    inflater.close();
  }
}
