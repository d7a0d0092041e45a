package dev.drover.connector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.source.DiskContent;
import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the workers rely on, whichever way a source gives a disk's bytes. */
abstract class ExtentFeedContract {
  private static final int BLOCK = DiskGeometry.BLOCK_BYTES;
  private static final long SEED = 20_261_123;
  private static final int WORKERS = 4;

  /** A disk that holds these bytes. */
  abstract DiskContent contentOf(byte[] disk) throws IOException;

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 65_536, 65_537, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 70_000})
  void readBlock_sizeThatIsNoMultiple_isPaddedWithZeros(int sizeBytes) throws IOException {
    byte[] disk = new byte[sizeBytes];
    new Random(SEED + sizeBytes).nextBytes(disk);
    assertThat(mismatch(disk, readAll(disk))).isEqualTo(-1);
  }

  @Test
  void readBlock_zerosBetweenData_areRead() throws IOException {
    byte[] disk = new byte[5 * BLOCK + 9];
    disk[0] = 1;
    disk[BLOCK - 1] = 2;
    disk[3 * BLOCK + 65_535] = 3;
    disk[3 * BLOCK + 65_536] = 4;
    assertThat(mismatch(disk, readAll(disk))).isEqualTo(-1);
  }

  @Test
  void readBlock_onlyZeros_areRead() throws IOException {
    byte[] disk = new byte[2 * BLOCK + 1];
    assertThat(mismatch(disk, readAll(disk))).isEqualTo(-1);
  }

  @Test
  void claim_manyWorkers_giveEachExtentOnceAndRight() throws IOException {
    byte[] disk = new byte[Math.toIntExact(2 * DiskGeometry.EXTENT_BYTES) + BLOCK + 5];
    new Random(SEED).nextBytes(disk);
    byte[] read = new byte[disk.length + BLOCK];
    DiskGeometry geometry = new DiskGeometry(disk.length);
    Set<Integer> claimed = ConcurrentHashMap.newKeySet();
    try (ExtentFeed feed = ExtentFeed.of(contentOf(disk), geometry).orElseThrow();
        ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
      for (int i = 0; i < WORKERS; i++) {
        threads.execute(() -> drain(feed, geometry, claimed, read));
      }
    }
    assertThat(claimed).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(mismatch(disk, read)).isEqualTo(-1);
  }

  private byte[] readAll(byte[] disk) throws IOException {
    DiskGeometry geometry = new DiskGeometry(disk.length);
    byte[] read = new byte[geometry.blockCount() * BLOCK];
    // What was in the buffer before must not shine through.
    Arrays.fill(read, (byte) 0x55);
    try (ExtentFeed feed = ExtentFeed.of(contentOf(disk), geometry).orElseThrow()) {
      drain(feed, geometry, ConcurrentHashMap.newKeySet(), read);
    }
    byte[] padding = Arrays.copyOfRange(read, disk.length, read.length);
    assertThat(Arrays.mismatch(padding, new byte[padding.length])).isEqualTo(-1);
    return read;
  }

  private static void drain(
      ExtentFeed feed, DiskGeometry geometry, Set<Integer> claimed, byte[] into) {
    byte[] block = new byte[BLOCK];
    for (int extent = feed.claim(); extent != ExtentFeed.NONE; extent = feed.claim()) {
      claimed.add(extent);
      for (int i = 0; i < geometry.blocksIn(extent); i++) {
        int index = geometry.firstBlock(extent) + i;
        feed.readBlock(index, block);
        System.arraycopy(block, 0, into, index * BLOCK, BLOCK);
      }
      feed.release();
    }
  }

  private static int mismatch(byte[] disk, byte[] read) {
    return Arrays.mismatch(disk, 0, disk.length, read, 0, disk.length);
  }
}
