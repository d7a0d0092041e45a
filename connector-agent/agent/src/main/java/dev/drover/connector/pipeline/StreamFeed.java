package dev.drover.connector.pipeline;

import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.DiskStream.Stretch;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.stop.StoppedException;
import dev.drover.protocol.DiskGeometry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Extents of a disk that is read in one pass: the worker that has claimed an extent holds the
 * stream until it has read it, while the others send what they have.
 */
final class StreamFeed implements ExtentFeed {
  private final DiskStream stream;
  private final DiskGeometry geometry;
  private final Semaphore turn = new Semaphore(1, true);
  private volatile boolean abandoned;
  private int nextExtent;
  private long positionBytes;
  private @Nullable Stretch stretch;
  private boolean ended;

  StreamFeed(DiskStream stream, DiskGeometry geometry) {
    this.stream = stream;
    this.geometry = geometry;
  }

  @Override
  public int claim() {
    turn.acquireUninterruptibly();
    if (abandoned) {
      turn.release();
      throw new StoppedException();
    }
    if (nextExtent == geometry.extentCount()) {
      turn.release();
      return NONE;
    }
    return nextExtent++;
  }

  @Override
  public void readBlock(int block, byte[] target) {
    Arrays.fill(target, (byte) 0);
    long start = (long) block * DiskGeometry.BLOCK_BYTES;
    long end = start + target.length;
    for (Stretch at = current(); at != null && at.offsetBytes() < end; at = current()) {
      ByteBuffer data = at.data();
      int into = Math.toIntExact(at.offsetBytes() - start);
      int lengthBytes = Math.min(data.remaining(), target.length - into);
      data.get(target, into, lengthBytes);
      stretch = new Stretch(at.offsetBytes() + lengthBytes, data);
    }
  }

  /** What is not in the stream is known only when the next stretch has come. */
  @Override
  public long zerosUntil(int block) {
    return (long) block * DiskGeometry.BLOCK_BYTES;
  }

  @Override
  public void release() {
    turn.release();
  }

  /** A semaphore has no owner, so that the turn of who does not come back passes on. */
  @Override
  public void abandon() {
    abandoned = true;
    turn.release();
  }

  @Override
  public void close() {
    stream.close();
  }

  private @Nullable Stretch current() {
    while (!ended && (stretch == null || !stretch.data().hasRemaining())) {
      stretch = stream.next();
      ended = stretch == null;
      if (stretch != null) {
        advance(stretch);
      }
    }
    return stretch;
  }

  private void advance(Stretch next) {
    long endBytes = next.offsetBytes() + next.data().remaining();
    if (next.offsetBytes() < positionBytes || endBytes > geometry.sizeBytes()) {
      throw new SourceUnreadableException(
          "The stream of a disk of "
              + geometry.sizeBytes()
              + " bytes goes from byte "
              + positionBytes
              + " to bytes "
              + next.offsetBytes()
              + " to "
              + endBytes
              + ": the source is broken.",
          null);
    }
    positionBytes = endBytes;
  }
}
