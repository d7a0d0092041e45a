package dev.drover.connector.source;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One pass over a disk. Belongs to one thread at a time. */
public interface DiskStream extends AutoCloseable {
  /**
   * The next stretch that the source has bytes for: ascending, without overlap, inside the disk.
   * What lies between two stretches, and behind the last one, is zeros.
   *
   * @return null when the whole disk was given; a stream that breaks off must throw instead
   * @throws SourceException when the pass cannot go on
   */
  @Nullable Stretch next();

  @Override
  void close();

  /**
   * Bytes at a place.
   *
   * @param offsetBytes from the disk's start
   * @param data what remains in the buffer; good until the next call
   */
  record Stretch(long offsetBytes, ByteBuffer data) {}
}
