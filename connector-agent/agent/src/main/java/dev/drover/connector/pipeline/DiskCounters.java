package dev.drover.connector.pipeline;

import dev.drover.protocol.DiskId;
import dev.drover.protocol.message.Report;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How far a disk is. Many threads count, anyone may look; what is seen is a hint, not a truth. */
public final class DiskCounters {
  private final DiskId diskId;
  private final long bytesTotal;
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesChanged = new LongAdder();
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReused = new LongAdder();
  private final LongAdder zeroBytes = new LongAdder();
  private final LongAdder holeBytes = new LongAdder();
  private volatile @Nullable Long holesExpected;

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

  /** So much of what changed the cloud has from before. */
  void reused(long bytes) {
    bytesReused.add(bytes);
  }

  /** The disk's zeros are all sent, and so many of them are known before anything is read. */
  void expectZeros(long inHoles) {
    holesExpected = inHoles;
  }

  /**
   * Of what was read, these are zeros.
   *
   * @param hole whether that was known without reading
   */
  void zeros(long bytes, boolean hole) {
    zeroBytes.add(bytes);
    if (hole) {
      holeBytes.add(bytes);
    }
  }

  /** The counts as they are now. */
  public Report.DiskProgress snapshot() {
    return new Report.DiskProgress(
        diskId,
        bytesTotal,
        bytesRead.sum(),
        bytesChanged.sum(),
        bytesSent.sum(),
        zeroBytesExpected(),
        bytesReused.sum());
  }

  /** Zeros so far, holes to come, and of the rest as large a share as of what was no hole. */
  private @Nullable Long zeroBytesExpected() {
    Long expected = holesExpected;
    if (expected == null) {
      return null;
    }
    long zeros = zeroBytes.sum();
    long holes = holeBytes.sum();
    long data = Math.max(0, bytesRead.sum() - holes);
    long holesToCome = Math.max(0, expected - holes);
    long rest = Math.max(0, bytesTotal - data - holes - holesToCome);
    double share = data == 0 ? 0 : Math.min(1, (double) (zeros - holes) / data);
    return Math.max(0, zeros) + holesToCome + Math.round(share * rest);
  }
}
