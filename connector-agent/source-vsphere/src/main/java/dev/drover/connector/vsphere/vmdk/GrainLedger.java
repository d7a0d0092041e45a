package dev.drover.connector.vsphere.vmdk;

import static dev.drover.connector.vsphere.vmdk.SparseHeader.ENTRIES_IN_TABLE;
import static dev.drover.connector.vsphere.vmdk.VmdkFormatException.require;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds what the stream sent against what its tables say it holds: a grain that got lost, or came
 * from somewhere else, is found, although a stream cannot be read twice. Of each set (grain, sector
 * where it stands) only a sum over 64-bit hashes is kept, so that the memory does not grow with the
 * disk: 2 sets agree by chance once in 2^64.
 *
 * <p>Hosts write each table behind its grains, and the directory at the end: a table says its
 * number only through the grains it lists. {@code qemu-img} writes all tables in front.
 */
final class GrainLedger {
  /** Tables that were begun and not yet written: a host has one, a writer may have some. */
  private static final int MAX_OPEN = 1_024;

  private final Map<Integer, Sum> open = new HashMap<>();
  private Sum sentTables = Sum.NONE;
  private Sum sentGrains = Sum.NONE;
  private Sum listedGrains = Sum.NONE;
  private int lastTable = -1;

  /** How many, and their hashes. */
  private record Sum(long count, long hashes) {
    static final Sum NONE = new Sum(0, 0);

    Sum with(long place, int sector) {
      return new Sum(
          count + 1, hashes + hash(place << Integer.SIZE | Integer.toUnsignedLong(sector)));
    }

    /** The finalizer of SplittableRandom's generator: each bit of the input moves all bits. */
    private static long hash(long input) {
      long z = input + 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return z ^ (z >>> 31);
    }
  }

  /** A grain came; entries have 32 bits, so of large streams the sector's lower half counts. */
  void sent(long grain, long sector, boolean tablesInFront) {
    if (tablesInFront) {
      sentGrains = sentGrains.with(grain, (int) sector);
      return;
    }
    int table = (int) (grain / ENTRIES_IN_TABLE);
    Sum sum = open.getOrDefault(table, Sum.NONE);
    open.put(table, sum.with(grain % ENTRIES_IN_TABLE, (int) sector));
    require(open.size() <= MAX_OPEN, "its grain tables are missing");
  }

  /** A table came that the header told of: its number is known. */
  void listed(int table, ByteBuffer entries) {
    for (int i = 0; i < ENTRIES_IN_TABLE; i++) {
      int sector = entries.getInt(i * Integer.BYTES);
      if (isGrain(sector)) {
        listedGrains = listedGrains.with((long) table * ENTRIES_IN_TABLE + i, sector);
      }
    }
  }

  /** A table came behind its grains. */
  void table(long sector, ByteBuffer entries) {
    Sum listed = Sum.NONE;
    for (int i = 0; i < ENTRIES_IN_TABLE; i++) {
      int grain = entries.getInt(i * Integer.BYTES);
      listed = isGrain(grain) ? listed.with(i, grain) : listed;
    }
    lastTable = listed.count == 0 ? lastTable + 1 : close(listed, sector);
    sentTables = sentTables.with(lastTable, (int) sector);
  }

  private int close(Sum listed, long sector) {
    for (Map.Entry<Integer, Sum> candidate : open.entrySet()) {
      if (candidate.getValue().equals(listed)) {
        int table = candidate.getKey();
        open.remove(table);
        return table;
      }
    }
    throw new VmdkFormatException(
        "the grain table at sector " + sector + " lists other grains than were sent");
  }

  /** Begins to compare the directory, see {@link Directory}. */
  Directory directory() {
    require(open.isEmpty(), "it has grains that no table lists");
    return new Directory();
  }

  /** The directory's entries, one after the other. */
  final class Directory {
    private Sum listed = Sum.NONE;

    void entry(int table, int sector) {
      listed = sector == 0 ? listed : listed.with(table, sector);
    }

    void end() {
      require(listed.equals(sentTables), "its directory lists other grain tables than were sent");
    }
  }

  /** Everything came. */
  void end() {
    require(open.isEmpty(), "it has grains that no table lists");
    require(
        sentGrains.equals(listedGrains),
        "its tables list "
            + listedGrains.count
            + " grains, "
            + sentGrains.count
            + " came, or they stand elsewhere");
  }

  /** 0 is a grain that is not there, 1 one of zeros. */
  private static boolean isGrain(int entry) {
    return entry != 0 && entry != 1;
  }
}
