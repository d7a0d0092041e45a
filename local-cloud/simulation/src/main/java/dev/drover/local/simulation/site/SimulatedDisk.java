package dev.drover.local.simulation.site;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A disk as numbers: each block has a version, and disk, place and version make its bytes. Version
 * 0 is zeros, and so is every seventh one, because guests also delete.
 */
public final class SimulatedDisk {
  private static final int ZERO_EVERY = 7;

  /** One in so many writes makes a block as it was before. */
  private static final int UNDONE_EVERY = 4;

  private static final int PATTERN_BYTES = 64;

  private final String name;
  private final DiskId id;
  private final long seed;
  private final DiskGeometry geometry;
  private final int[] versions;
  private int[] last;
  private int[] beforeLast;
  private final Map<Long, Digest> digests = new HashMap<>();

  /** A disk of which some blocks are filled. */
  public SimulatedDisk(String vmId, String name, long sizeBytes, RandomGenerator random) {
    this.name = name;
    this.id = DiskId.of(vmId, name);
    this.seed = random.nextLong();
    this.geometry = new DiskGeometry(sizeBytes);
    this.versions = new int[geometry.blockCount()];
    this.last = versions;
    this.beforeLast = versions;
    write(random, Math.max(1, versions.length / 2));
  }

  /**
   * The guest writes some blocks, and deletes some: that is what zeros are. Some get back what they
   * had one snapshot before the last one.
   */
  public void write(RandomGenerator random, int blocks) {
    for (int i = 0; i < blocks; i++) {
      int block = random.nextInt(versions.length);
      versions[block] =
          random.nextInt(UNDONE_EVERY) == 0
              ? beforeLast[block]
              : versions[block] + 1 + random.nextInt(ZERO_EVERY);
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its id. */
  public DiskId id() {
    return id;
  }

  /** Its size. */
  public DiskGeometry geometry() {
    return geometry;
  }

  /** The disk at this instant: a version for each block. */
  int[] freeze() {
    beforeLast = last;
    last = versions.clone();
    return last;
  }

  /** Fills a target with a block's bytes. */
  void fill(int block, int version, byte[] target, int lengthBytes) {
    if (isZero(version)) {
      Arrays.fill(target, 0, lengthBytes, (byte) 0);
      return;
    }
    ByteBuffer pattern = ByteBuffer.allocate(PATTERN_BYTES);
    long state = seed ^ ((long) block << 32) ^ version;
    while (pattern.hasRemaining()) {
      state = state * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
      pattern.putLong(state);
    }
    int filled = Math.min(PATTERN_BYTES, lengthBytes);
    System.arraycopy(pattern.array(), 0, target, 0, filled);
    while (filled < lengthBytes) {
      int more = Math.min(filled, lengthBytes - filled);
      System.arraycopy(target, 0, target, filled, more);
      filled += more;
    }
  }

  /** What the digest of a block of 512 KiB must be, the last one padded. */
  public Digest digest(int block, int version) {
    if (isZero(version)) {
      return DiskGeometry.ZERO_BLOCK;
    }
    return digests.computeIfAbsent(
        ((long) block << 32) | version,
        key -> {
          byte[] data = new byte[DiskGeometry.BLOCK_BYTES];
          fill(block, version, data, geometry.bytesInBlock(block));
          return Digest.of(data);
        });
  }

  private static boolean isZero(int version) {
    return version % ZERO_EVERY == 0;
  }
}
