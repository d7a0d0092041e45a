package dev.drover.connector.pipeline;

import dev.drover.protocol.DiskId;
import dev.drover.protocol.message.Report;
import java.util.concurrent.atomic.LongAdder;

/** How far a disk is. Many threads count, anyone may look; what is seen is a hint, not a truth. */
public final class DiskCounters {
  private final DiskId diskId;
  private final long bytesTotal;
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesChanged = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReused = new LongAdder();

  public DiskCounters(DiskId diskId, long bytesTotal) {
    this.diskId = diskId;
    this.bytesTotal = bytesTotal;
  }

  void read(long bytes) {
    bytesRead.add(bytes);
  }

  void changed(long bytes) {
    bytesChanged.add(bytes);
  }

  void sent(long bytes) {
    bytesSent.add(bytes);
  }

  void reused(long bytes) {
    bytesReused.add(bytes);
  }

  /** How much of what changed the cloud had from before: so far not sent again. */
  public long bytesReused() {
    return bytesReused.sum();
  }

  /** The counts as they are now. */
  public Report.DiskProgress snapshot() {
    return new Report.DiskProgress(
        diskId, bytesTotal, bytesRead.sum(), bytesChanged.sum(), bytesSent.sum());
  }
}
