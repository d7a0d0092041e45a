package dev.drover.functions.snapshot;

import java.util.Locale;

/**
 * The time that AWS would take for what was asked of it. Everything is counted as if it came one
 * after the other, and every item as if it lay in one partition of the table.
 */
final class VirtualTime {
  /**
   * Strongly consistent, a second and partition.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html">
   *     partitions</a>
   */
  private static final double READ_UNITS_A_SECOND = 3_000;

  /** Of a request to DynamoDB, and what a page of 1 MiB takes beside its units. */
  private static final double REQUEST_SECONDS = 0.010;

  /** A page of 1,000 keys. */
  private static final double LIST_SECONDS = 0.100;

  /** One connection. */
  private static final double OBJECT_BYTES_A_SECOND = 80e6;

  private double seconds;
  private long readUnits;
  private long lists;

  void readTable(long units) {
    readUnits += units;
    seconds += Math.max(REQUEST_SECONDS, units / READ_UNITS_A_SECOND);
  }

  void listObjects() {
    lists++;
    seconds += LIST_SECONDS;
  }

  void readObject(long bytes) {
    seconds += bytes / OBJECT_BYTES_A_SECOND;
  }

  void writeObject(long bytes) {
    seconds += bytes / OBJECT_BYTES_A_SECOND;
  }

  double seconds() {
    return seconds;
  }

  long readUnits() {
    return readUnits;
  }

  void reset() {
    seconds = 0;
    readUnits = 0;
    lists = 0;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%,.1f s, %,d read units, %,d pages of keys", seconds, readUnits, lists);
  }
}
