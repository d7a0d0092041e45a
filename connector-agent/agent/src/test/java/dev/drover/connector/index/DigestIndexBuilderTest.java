package dev.drover.connector.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.WatchedDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestIndexBuilderTest {
  private static final MadeUpDisk DISK =
      MadeUpDisk.of(1, 2 * DiskGeometry.EXTENT_BYTES + 3L * DiskGeometry.BLOCK_BYTES);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 127, 128})
  void putExtent_otherNumberOfBlocksThanTheLastExtentHas_isRefused(int blocks) throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.putExtent(2, Collections.nCopies(blocks, DISK.block(0))))
          .withMessageContaining("extent 2")
          .withMessageContaining(blocks + " blocks");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 127, 129})
  void putExtent_otherNumberOfBlocksThanAWholeExtentHas_isRefused(int blocks) throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.putExtent(1, Collections.nCopies(blocks, DISK.block(0))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void putExtent_outsideTheDisk_isRefused(int extent) throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      assertThatThrownBy(() -> builder.putExtent(extent, DISK.extent(0)))
          .isInstanceOf(InvalidMessageException.class);
    }
  }

  @Test
  void putExtent_anyOrderFromManyThreads_readsInOrder()
      throws IOException, InterruptedException, ExecutionException {
    MadeUpDisk disk = MadeUpDisk.of(1, 40 * DiskGeometry.EXTENT_BYTES - 1);
    List<Integer> extents =
        new ArrayList<>(IntStream.range(0, disk.geometry().extentCount()).boxed().toList());
    Collections.reverse(extents);
    try (DigestIndexBuilder builder = builder(disk, folder)) {
      List<Future<?>> puts = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
        for (int extent : extents) {
          puts.add(
              threads.submit(
                  () -> {
                    builder.putExtent(extent, disk.extent(extent));
                    return extent;
                  }));
        }
      }
      for (Future<?> put : puts) {
        put.get();
      }
      builder.finish(disk.diskDigest());
    }
    try (DigestIndex index = opened()) {
      for (int extent : extents) {
        assertThat(index.extent(extent)).isEqualTo(disk.extent(extent));
      }
    }
  }

  @Test
  void putExtent_again_lastOneStays() throws IOException {
    MadeUpDisk later = MadeUpDisk.of(2, DISK.sizeBytes());
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      DISK.putExtents(builder);
      builder.putExtent(1, later.extent(1));
      builder.finish(DISK.diskDigest());
    }
    try (DigestIndex index = opened()) {
      assertThat(index.extent(0)).isEqualTo(DISK.extent(0));
      assertThat(index.extent(1)).isEqualTo(later.extent(1));
      assertThat(index.extent(2)).isEqualTo(DISK.extent(2));
    }
  }

  @Test
  void finish_beforeIt_nothingHasTheName() throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      DISK.putExtents(builder);
      assertThat(target()).doesNotExist();
      builder.finish(DISK.diskDigest());
      assertThat(target()).exists();
      assertThat(building()).doesNotExist();
    }
    assertThat(target()).exists();
  }

  /** A file without its header, as a crash leaves it, is no index under any name. */
  @Test
  void finish_beforeIt_theFileIsNoIndex() throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      DISK.putExtents(builder);
      assertThat(DigestIndex.open(building())).isEmpty();
    }
  }

  @Test
  void finish_always_isOnTheDiskBeforeItHasItsName() throws IOException {
    WatchedDisk watched = new WatchedDisk(folder);
    try (DigestIndexBuilder builder = builder(DISK, watched.root())) {
      DISK.putExtents(builder);
      builder.finish(DISK.diskDigest());
    }
    assertThat(watched.events())
        .containsExactly(
            "write a.building",
            "force a.building",
            "write a.building",
            "force a.building",
            "move a.building to a.index");
  }

  @Test
  void finish_diskTakesFewBytesAtATime_writesThemAll() throws IOException {
    WatchedDisk watched = new WatchedDisk(folder);
    watched.bytesPerCall(7);
    try (DigestIndexBuilder builder = builder(DISK, watched.root())) {
      DISK.putExtents(builder);
      builder.finish(DISK.diskDigest());
    }
    try (DigestIndex index = opened()) {
      assertThat(index.describes(DISK.id(), DISK.base())).isTrue();
      assertThat(index.extent(1)).isEqualTo(DISK.extent(1));
      assertThat(index.extent(2)).isEqualTo(DISK.extent(2));
    }
  }

  @Test
  void finish_diskFails_keepsTheOldIndex() throws IOException {
    Files.writeString(target(), "old");
    WatchedDisk watched = new WatchedDisk(folder);
    try (DigestIndexBuilder builder = builder(DISK, watched.root())) {
      DISK.putExtents(builder);
      watched.fail();
      assertThatIOException().isThrownBy(() -> builder.finish(DISK.diskDigest()));
    }
    assertThat(target()).hasContent("old");
    assertThat(building()).doesNotExist();
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void finish_overAnOldIndex_replacesIt() throws IOException {
    Files.writeString(target(), "old");
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      DISK.putExtents(builder);
      builder.finish(DISK.diskDigest());
    }
    opened().close();
  }

  @Test
  void finish_lastExtentMissing_isNoIndex() throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      builder.putExtent(0, DISK.extent(0));
      builder.putExtent(1, DISK.extent(1));
      builder.finish(DISK.diskDigest());
    }
    assertThat(DigestIndex.open(target())).isEmpty();
  }

  /** So that a hole never passes for a block that has not changed. */
  @Test
  void finish_extentMissingInBetween_itsBlocksAreUnknown() throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      builder.putExtent(0, DISK.extent(0));
      builder.putExtent(2, DISK.extent(2));
      builder.finish(DISK.diskDigest());
    }
    try (DigestIndex index = opened()) {
      assertThat(index.extent(1)).containsOnly(Digest.NEVER_WRITTEN).hasSize(128);
    }
  }

  @Test
  void finish_again_isRefused() throws IOException {
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      DISK.putExtents(builder);
      builder.finish(DISK.diskDigest());
      assertThatThrownBy(() -> builder.finish(DISK.diskDigest()))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> builder.putExtent(0, DISK.extent(0)))
          .isInstanceOf(ClosedChannelException.class);
    }
    opened().close();
  }

  @Test
  void close_withoutFinish_leavesNothing() throws IOException {
    WatchedDisk watched = new WatchedDisk(folder);
    try (DigestIndexBuilder builder = builder(DISK, watched.root())) {
      DISK.putExtents(builder);
      assertThat(building()).exists();
    }
    assertThat(folder).isEmptyDirectory();
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void close_twice_isTheSame() throws IOException {
    DigestIndexBuilder builder = builder(DISK, folder);
    builder.close();
    builder.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void begin_overWhatACrashLeft_startsAnew() throws IOException {
    Files.write(building(), new byte[1 << 20]);
    try (DigestIndexBuilder builder = builder(DISK, folder)) {
      DISK.putExtents(builder);
      builder.finish(DISK.diskDigest());
    }
    try (DigestIndex index = opened()) {
      assertThat(index.extent(0)).isEqualTo(DISK.extent(0));
    }
  }

  private Path building() {
    return folder.resolve("a.building");
  }

  private Path target() {
    return folder.resolve("a.index");
  }

  private DigestIndex opened() throws IOException {
    return DigestIndex.open(target()).orElseThrow();
  }

  private static DigestIndexBuilder builder(MadeUpDisk disk, Path where) throws IOException {
    return new DigestIndexBuilder(
        where.resolve("a.building"),
        where.resolve("a.index"),
        disk.id(),
        disk.runId(),
        disk.geometry());
  }
}
