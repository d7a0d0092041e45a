package dev.drover.connector.config;

import org.jspecify.annotations.Nullable;

/**
 * The heap that settings need. It does not depend on the disks: what grows with them is in files.
 *
 * @param parallelExtents workers; each holds a block and a segment's frames
 * @param segmentMemoryMib frames that a worker holds
 */
public record HeapNeed(int parallelExtents, int segmentMemoryMib) {
  /** A whole segment of what cannot be compressed has 64.25 MiB. */
  static final int WHOLE_SEGMENT_MIB = 65;

  /** At its usual ratio of 2.8 zstd makes 23 MiB of an extent. */
  static final int USUAL_SEGMENT_MIB = 24;

  /** Classes, SDK, connections, plans, and room for the collector. */
  private static final int BASE_MIB = 56;

  /** A worker's block, buffers of its connection, and what the collector rounds up. */
  private static final int WORKER_MIB = 3;

  /** Some collectors keep a thirtieth of -Xmx for themselves and say that they have the rest. */
  private static final int SET_ASIDE = 16;

  private static final int BYTES_PER_MIB_SHIFT = 20;

  /**
   * What each worker holds where the configuration does not say it: whole segments if half of the
   * heap has room for them, because each byte that goes through a file is copied twice more.
   */
  public static int usualSegmentMemoryMib(int parallelExtents, long heapBytes) {
    long half = (heapBytes >> BYTES_PER_MIB_SHIFT) / 2;
    long fitting = (half - BASE_MIB) / parallelExtents - WORKER_MIB;
    return Math.clamp(fitting, USUAL_SEGMENT_MIB, WHOLE_SEGMENT_MIB);
  }

  long mib() {
    return BASE_MIB + (long) parallelExtents * workerMib();
  }

  /** What to say when the heap is too small, after the setting's name; null when it is not. */
  @Nullable String complaint(long heapBytes) {
    long heapMib = heapBytes >> BYTES_PER_MIB_SHIFT;
    if (mib() <= heapMib) {
      return null;
    }
    return parallelExtents
        + " with segmentMemoryMib "
        + segmentMemoryMib
        + " needs "
        + mib()
        + " MiB of heap, this process has "
        + heapMib
        + " MiB: "
        + advice(heapMib)
        + "start with -Xmx"
        + (mib() + mib() / SET_ASIDE + 1)
        + "m";
  }

  private String advice(long heapMib) {
    if (new HeapNeed(1, segmentMemoryMib).mib() <= heapMib) {
      long fitting = (heapMib - BASE_MIB) / workerMib();
      return "lower parallelExtents to at most " + fitting + ", lower segmentMemoryMib or ";
    }
    return new HeapNeed(1, 1).mib() <= heapMib ? "lower segmentMemoryMib or " : "";
  }

  private int workerMib() {
    return segmentMemoryMib + WORKER_MIB;
  }
}
