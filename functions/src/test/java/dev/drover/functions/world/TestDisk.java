package dev.drover.functions.world;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.message.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk of the world's server whose blocks are zeros except those that a test fills; the last one
 * is padded.
 */
public final class TestDisk {
  private final String fileName;
  private final long sizeBytes;
  private final Map<Integer, byte[]> filled = new HashMap<>();

  /** Of that file name and size, all zero. */
  public TestDisk(String fileName, long sizeBytes) {
    this.fileName = fileName;
    this.sizeBytes = sizeBytes;
  }

  /** Fills a block with noise. */
  public TestDisk fill(int block, long seed) {
    byte[] noise = new byte[geometry().bytesInBlock(block)];
    new Random(seed).nextBytes(noise);
    byte[] data = new byte[DiskGeometry.BLOCK_BYTES];
    System.arraycopy(noise, 0, data, 0, noise.length);
    filled.put(block, data);
    return this;
  }

  /** Its id. */
  public DiskId id() {
    return DiskId.of(World.VM_ID, fileName);
  }

  /** Its image's name. */
  public String fileName() {
    return fileName;
  }

  /** The disk as an inventory says it. */
  Report.InventoryDisk seen() {
    return new Report.InventoryDisk(id(), fileName, sizeBytes);
  }

  /** Its blocks and extents. */
  public DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }

  /** Its size. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Whether a test filled the block. */
  public boolean isFilled(int block) {
    return filled.containsKey(block);
  }

  /** 512 KiB. */
  public byte[] data(int block) {
    return filled.getOrDefault(block, new byte[DiskGeometry.BLOCK_BYTES]);
  }

  /** The digest of every block, in order. */
  public List<Digest> digests() {
    List<Digest> digests = new ArrayList<>();
    for (int block = 0; block < geometry().blockCount(); block++) {
      digests.add(isFilled(block) ? Digest.of(data(block)) : DiskGeometry.ZERO_BLOCK);
    }
    return digests;
  }
}
