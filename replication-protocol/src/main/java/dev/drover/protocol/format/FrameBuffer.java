package dev.drover.protocol.format;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.drover.protocol.DiskGeometry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the segment in hand. Memory holds the newest; what was before them is in a file
 * when memory has a bound and they did not fit.
 */
final class FrameBuffer implements AutoCloseable {
  private static final int FIRST_BYTES = 4 << 20;

  /** 128 frames of blocks that cannot be compressed: 64.25 MiB. */
  private static final int MAX_BYTES =
      DiskGeometry.BLOCKS_PER_EXTENT * SegmentFormat.MAX_FRAME_BYTES;

  private final @Nullable SpillFile spill;
  private byte[] memory;
  private int usedBytes;
  private long spilledBytes;

  private FrameBuffer(byte[] memory, @Nullable SpillFile spill) {
    this.memory = memory;
    this.spill = spill;
  }

  /** Grows to what an extent can need. */
  static FrameBuffer growing() {
    return new FrameBuffer(new byte[FIRST_BYTES], null);
  }

  /** Takes its memory now, and no more later. */
  static FrameBuffer bounded(int memoryBytes, Path spillFile) {
    if (memoryBytes < SegmentFormat.MAX_FRAME_BYTES) {
      throw new IllegalArgumentException("a frame does not fit into " + memoryBytes + " bytes");
    }
    return new FrameBuffer(new byte[Math.min(memoryBytes, MAX_BYTES)], new SpillFile(spillFile));
  }

  /** Compresses a block behind the others and returns its frame's length. */
  int add(ZstdCompressCtx zstd, byte[] data) {
    makeRoom();
    int stored =
        zstd.compressByteArray(memory, usedBytes, memory.length - usedBytes, data, 0, data.length);
    usedBytes += stored;
    return stored;
  }

  long lengthBytes() {
    return spilledBytes + usedBytes;
  }

  /** All frames; good until the next is added. */
  Content content() {
    return new Content(this);
  }

  /** Begins anew; a {@link Content} stays good until then. */
  void restart() {
    usedBytes = 0;
    spilledBytes = 0;
  }

  /** Begins anew and gives the room on the disk back. */
  void clear() {
    restart();
    try {
      if (spill != null) {
        spill.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      if (spill != null) {
        spill.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void makeRoom() {
    if (memory.length - usedBytes >= SegmentFormat.MAX_FRAME_BYTES) {
      return;
    }
    if (spill == null) {
      memory = Arrays.copyOf(memory, Math.min(2 * memory.length, MAX_BYTES));
      return;
    }
    try {
      spill.write(memory, usedBytes, spilledBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    spilledBytes += usedBytes;
    usedBytes = 0;
  }

  /** Frames in their order: first those in the file, then those in memory. */
  static final class Content {
    private final @Nullable SpillFile spill;
    private final long spilledBytes;
    private final byte[] memory;
    private final int usedBytes;

    private Content(FrameBuffer of) {
      this.spill = of.spill;
      this.spilledBytes = of.spilledBytes;
      this.memory = of.memory;
      this.usedBytes = of.usedBytes;
    }

    long lengthBytes() {
      return spilledBytes + usedBytes;
    }

    InputStream openStream() {
      InputStream newest = new ByteArrayInputStream(memory, 0, usedBytes);
      return spill == null || spilledBytes == 0
          ? newest
          : new SequenceInputStream(spill.openStream(spilledBytes), newest);
    }
  }
}
