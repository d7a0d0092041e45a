package dev.drover.connector.pipeline;

import dev.drover.connector.source.RangeContent;
import dev.drover.protocol.DiskGeometry;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Extents of a disk that can be read anywhere: all workers read at once. */
final class RangeFeed implements ExtentFeed {
  private final RangeContent content;
  private final DiskGeometry geometry;
  private final AtomicInteger next = new AtomicInteger();

  RangeFeed(RangeContent content, DiskGeometry geometry) {
    this.content = content;
    this.geometry = geometry;
  }

  @Override
  public int claim() {
    int extent = next.getAndIncrement();
    return extent < geometry.extentCount() ? extent : NONE;
  }

  @Override
  public void readBlock(int block, byte[] target) {
    int lengthBytes = geometry.bytesInBlock(block);
    content.read((long) block * DiskGeometry.BLOCK_BYTES, target, lengthBytes);
    Arrays.fill(target, lengthBytes, target.length, (byte) 0);
  }

  @Override
  public long zerosUntil(int block) {
    return content.zerosUntil((long) block * DiskGeometry.BLOCK_BYTES);
  }

  @Override
  public void release() {}

  /** Nobody waits here. */
  @Override
  public void abandon() {}

  /** The content belongs to the capture, which closes it. */
  @Override
  public void close() {}
}
