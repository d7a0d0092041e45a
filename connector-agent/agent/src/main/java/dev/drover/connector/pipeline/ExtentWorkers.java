package dev.drover.connector.pipeline;

import dev.drover.connector.host.Host;
import dev.drover.connector.stop.StoppedException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.format.SegmentBuilder;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory in which extents are worked on, shared by all slots: as many extents are in work at
 * once as there are workers, so this bounds the heap, whatever the disks' number and size and
 * whether their data compresses.
 */
public final class ExtentWorkers implements AutoCloseable {
  private final int count;
  private final Host host;
  private final BlockingQueue<Worker> idle;

  /**
   * All of the workers, and all of their memory.
   *
   * @param segmentBytes each holds so much of its segment; the rest goes to a file
   * @param spill folder of these files
   */
  public ExtentWorkers(int count, int zstdLevel, int segmentBytes, Path spill) {
    this(count, zstdLevel, segmentBytes, spill, Host.JVM);
  }

  /** The same on another host. */
  public ExtentWorkers(int count, int zstdLevel, int segmentBytes, Path spill, Host host) {
    this.count = count;
    this.host = host;
    this.idle = new ArrayBlockingQueue<>(count, true);
    for (int i = 0; i < count; i++) {
      SegmentBuilder segment =
          new SegmentBuilder(zstdLevel, segmentBytes, spill.resolve(String.valueOf(i)));
      idle.add(new Worker(new byte[DiskGeometry.BLOCK_BYTES], segment));
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

  /** Makes threads that work with them, numbered from 0. */
  ThreadFactory threads(String name) {
    AtomicInteger made = new AtomicInteger();
    return body -> host.thread(name + made.getAndIncrement(), body);
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
    try {
      worker.segment().reset();
    } finally {
      idle.add(worker);
    }
  }

  /** Frees the compressors; no worker may be in use. */
  @Override
  public void close() {
    idle.forEach(worker -> worker.segment().close());
  }
}
