package dev.drover.connector.pipeline;

import dev.drover.connector.stop.StoppedException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.format.SegmentBuilder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The memory in which extents are worked on, shared by all slots: as many extents are in work at
 * once as there are workers, so this bounds the heap, whatever the disks' number and size.
 */
public final class ExtentWorkers implements AutoCloseable {
  private final int count;
  private final BlockingQueue<Worker> idle;

  public ExtentWorkers(int count, int zstdLevel) {
    this.count = count;
    this.idle = new ArrayBlockingQueue<>(count, true);
    for (int i = 0; i < count; i++) {
      idle.add(new Worker(new byte[DiskGeometry.BLOCK_BYTES], new SegmentBuilder(zstdLevel)));
    }
  }

  /** A block's bytes, and the segment that they may become part of. */
  static final class Worker {
    private final byte[] block;
    private final SegmentBuilder segment;

    Worker(byte[] block, SegmentBuilder segment) {
      this.block = block;
      this.segment = segment;
    }

    byte[] block() {
      return block;
    }

    SegmentBuilder segment() {
      return segment;
    }
  }

  int count() {
    return count;
  }

  /** Waits for an idle worker. */
  Worker lease() {
    try {
      return idle.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  void giveBack(Worker worker) {
    worker.segment().reset();
    idle.add(worker);
  }

  /** Frees the compressors; no worker may be in use. */
  @Override
  public void close() {
    idle.forEach(worker -> worker.segment().close());
  }
}
