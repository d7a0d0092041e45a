package dev.drover.connector.source.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.StreamContent;
import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bytes of a captured disk promise, whichever of the two ways a source gives them. */
public abstract class DiskContentContract {
  private static final int BLOCK = DiskGeometry.BLOCK_BYTES;
  private static final long SEED = 20_261_123;
  private static final int WORKERS = 4;
  private static final int READS_OF_A_WORKER = 100;

  /** A disk that holds these bytes. */
  protected abstract DiskContent contentOf(byte[] disk) throws IOException;

  /** What the sizes of disks are multiples of. */
  protected int sectorBytes() {
    return 1;
  }

  private int whole(int sizeBytes) {
    return Math.ceilDiv(sizeBytes, sectorBytes()) * sectorBytes();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 65_536, 65_537, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 70_000})
  void read_diskOfAnySize_isExact(int sizeBytes) throws IOException {
    byte[] disk = DiskBytes.random(whole(sizeBytes), SEED);
    DiskBytes.assertReads(contentOf(disk), disk);
  }

  @Test
  void read_zerosBetweenData_areRead() throws IOException {
    byte[] disk = new byte[whole(5 * BLOCK + 9)];
    disk[0] = 1;
    disk[BLOCK - 1] = 2;
    disk[3 * BLOCK + 65_535] = 3;
    disk[3 * BLOCK + 65_536] = 4;
    DiskBytes.assertReads(contentOf(disk), disk);
  }

  @Test
  void read_onlyZeros_areRead() throws IOException {
    byte[] disk = new byte[whole(2 * BLOCK + 1)];
    DiskBytes.assertReads(contentOf(disk), disk);
  }

  /** What is said of a disk without reading it has to be right. */
  @Test
  void zerosUntil_anywhere_passesOverZerosOnly() throws IOException {
    byte[] disk = new byte[4 * BLOCK + 9];
    disk[BLOCK + 70_000] = 1;
    disk[disk.length - 1] = 2;
    if (contentOf(disk) instanceof RangeContent ranges) {
      for (int at = 0; at < disk.length; at += 4_099) {
        int end = Math.toIntExact(ranges.zerosUntil(at));
        assertThat(end).isBetween(at, disk.length);
        assertThat(Arrays.mismatch(disk, at, end, new byte[end - at], 0, end - at)).isEqualTo(-1);
      }
    }
  }

  @Test
  void read_twice_isTheSame() throws IOException {
    byte[] disk = DiskBytes.random(whole(2 * BLOCK + 5), SEED);
    DiskContent content = contentOf(disk);
    DiskBytes.assertReads(content, disk);
    DiskBytes.assertReads(content, disk);
  }

  @Test
  void read_partsOnly_disturbsNothing() throws IOException {
    byte[] disk = DiskBytes.random(whole(3 * BLOCK + 7), SEED);
    DiskContent content = contentOf(disk);
    switch (content) {
      case RangeContent ranges -> readHereAndThereByMany(ranges, disk);
      case StreamContent stream -> beginOnly(stream);
    }
    DiskBytes.assertReads(content, disk);
  }

  private static void readHereAndThereByMany(RangeContent ranges, byte[] disk) {
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
      for (int i = 0; i < WORKERS; i++) {
        Random places = new Random(SEED + i);
        workers.add(
            CompletableFuture.runAsync(() -> readHereAndThere(ranges, disk, places), threads));
      }
    }
    workers.forEach(CompletableFuture::join);
  }

  private static void readHereAndThere(RangeContent ranges, byte[] disk, Random places) {
    byte[] target = new byte[disk.length];
    for (int i = 0; i < READS_OF_A_WORKER; i++) {
      int from = places.nextInt(disk.length);
      int lengthBytes = 1 + places.nextInt(disk.length - from);
      ranges.read(from, target, lengthBytes);
      int mismatch = Arrays.mismatch(disk, from, from + lengthBytes, target, 0, lengthBytes);
      assertThat(mismatch).as("%d bytes from byte %d", lengthBytes, from).isEqualTo(-1);
    }
  }

  private static void beginOnly(StreamContent stream) {
    try (DiskStream pass = stream.open()) {
      assertThat(pass.next()).isNotNull();
    }
  }
}
