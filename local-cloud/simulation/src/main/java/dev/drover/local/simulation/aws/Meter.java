package dev.drover.local.simulation.aws;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the services were asked, as far as AWS charges for it. */
public final class Meter {
  private static final String OF_SEGMENTS = "staging/";

  private final SortedMap<String, Long> calls = new TreeMap<>();
  private final SortedMap<String, Long> callsOfSegments = new TreeMap<>();
  private long tableReads;
  private long tableWrites;

  void called(String service, String operation, String about) {
    (about.startsWith(OF_SEGMENTS) ? callsOfSegments : calls)
        .merge(service + " " + operation, 1L, Long::sum);
  }

  void read(long units) {
    tableReads += units;
  }

  void wrote(long units) {
    tableWrites += units;
  }

  /** Calls that arrived, by service and operation, without those of segments. */
  public SortedMap<String, Long> calls() {
    return Collections.unmodifiableSortedMap(calls);
  }

  /** Calls about objects in staging: as many times more as disks are scaled down. */
  public SortedMap<String, Long> callsOfSegments() {
    return Collections.unmodifiableSortedMap(callsOfSegments);
  }

  /** Read request units of the table: 4 KiB each, strongly consistent. */
  public long tableReads() {
    return tableReads;
  }

  /** Write request units of the table: 1 KiB each, twice as many in a transaction. */
  public long tableWrites() {
    return tableWrites;
  }
}
