package dev.drover.connector.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.MemoryStore;
import dev.drover.connector.site.WatchedDisk;
import dev.drover.connector.store.ObjectContent;
import dev.drover.connector.store.ObjectMissingException;
import dev.drover.connector.store.ObjectStore;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IndexShelfTest {
  private static final long SIZE_BYTES =
      DiskGeometry.EXTENT_BYTES + 2L * DiskGeometry.BLOCK_BYTES + 1;
  private static final MadeUpDisk FIRST = MadeUpDisk.of(1, SIZE_BYTES);
  private static final MadeUpDisk SECOND = MadeUpDisk.of(2, SIZE_BYTES + 1);
  private static final MadeUpDisk OTHER =
      new MadeUpDisk(new DiskId("d-0123456789abcdef1"), 1, SIZE_BYTES);

  @TempDir Path folder;
  private final MemoryStore store = new MemoryStore();

  @Test
  void indexOf_runBecameTheBase_needsNoDownload() throws IOException {
    write(FIRST);
    assertServes(FIRST, false);
  }

  @Test
  void indexOf_nothingThere_downloadsOnce() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    assertServes(FIRST, false);
    store.remove(MadeUpDisk.LIST_KEY);
    assertServes(FIRST, false);
  }

  @ParameterizedTest
  @MethodSource("dev.drover.connector.index.MadeUpDisk#sizes")
  void indexOf_listOfEverySize_isDownloaded(long sizeBytes) throws IOException {
    MadeUpDisk disk = MadeUpDisk.of(1, sizeBytes);
    store.write(MadeUpDisk.LIST_KEY, disk.list());
    assertServes(disk, false);
    assertThat(names(disk)).containsExactly("sms-run-00000001.index");
  }

  @Test
  void indexOf_folderNamedOddly_serves() throws IOException {
    Path odd = folder.resolve(" -a 'b' \"c\" %20 [d]* #e\n~").resolve("..f");
    try (DigestIndexBuilder builder = begin(new IndexShelf(odd, store), FIRST)) {
      FIRST.putExtents(builder);
      builder.finish(FIRST.diskDigest());
    }
    new IndexShelf(odd, store).indexOf(FIRST.id(), FIRST.base(), false).close();
  }

  @Test
  void indexOf_secondRunBecameTheBase_dropsTheFirst() throws IOException {
    write(FIRST);
    write(SECOND);
    assertThat(names(FIRST)).containsExactly("sms-run-00000001.index", "sms-run-00000002.index");
    assertServes(SECOND, false);
    assertThat(names(FIRST)).containsExactly("sms-run-00000002.index");
  }

  @Test
  void indexOf_secondRunCameToNothing_dropsIt() throws IOException {
    write(FIRST);
    write(SECOND);
    assertServes(FIRST, false);
    assertThat(names(FIRST)).containsExactly("sms-run-00000001.index");
  }

  /** The base of a run is read while the run writes its own index. */
  @Test
  void indexOf_secondRunWritesMeanwhile_staysReadable() throws IOException {
    write(FIRST);
    try (DigestIndex base = shelf().indexOf(FIRST.id(), FIRST.base(), false)) {
      write(SECOND);
      assertThat(base.extent(1)).isEqualTo(FIRST.extent(1));
    }
    assertServes(SECOND, false);
  }

  @Test
  void indexOf_leftByACrash_isSweptAway() throws IOException {
    write(FIRST);
    Files.write(
        folder.resolve(FIRST.id().value()).resolve("sms-run-00000002.building"), new byte[9]);
    Files.write(folder.resolve(FIRST.id().value()).resolve("what is this"), new byte[9]);
    assertServes(FIRST, false);
    assertThat(names(FIRST)).containsExactly("sms-run-00000001.index");
  }

  @Test
  void indexOf_oneDisk_leavesTheOthersAlone() throws IOException {
    write(OTHER);
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    assertServes(FIRST, false);
    store.remove(MadeUpDisk.LIST_KEY);
    assertServes(OTHER, false);
  }

  /** A name proves nothing: the header says whose index it is. */
  @Test
  void indexOf_fileOfAnotherDiskOrRunUnderTheName_isReplaced() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    for (MadeUpDisk other :
        List.of(OTHER, SECOND, MadeUpDisk.of(1, SIZE_BYTES - 1), MadeUpDisk.of(3, SIZE_BYTES))) {
      write(other);
      Path otherFile = folder.resolve(other.id().value()).resolve(other.runId() + ".index");
      byte[] bytes = Files.readAllBytes(otherFile);
      Files.createDirectories(file(FIRST).getParent());
      Files.write(file(FIRST), bytes);
      assertServes(FIRST, false);
    }
  }

  @Test
  void indexOf_fileCutAnywhere_isReplaced() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    write(FIRST);
    byte[] whole = Files.readAllBytes(file(FIRST));
    for (int length : List.of(0, 7, 16, 100, 511, 512, 513, 512 + 4096, whole.length - 1)) {
      Files.write(file(FIRST), Arrays.copyOf(whole, length));
      assertServes(FIRST, false);
      assertThat(file(FIRST)).hasBinaryContent(whole);
    }
  }

  @Test
  void indexOf_fileDoesNotDescribeTheBase_isClosed() throws IOException {
    write(SECOND);
    Files.move(file(SECOND), file(FIRST));
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    WatchedDisk watched = new WatchedDisk(folder);
    new IndexShelf(watched.root(), store).indexOf(FIRST.id(), FIRST.base(), false).close();
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void indexOf_rebuild_trustsTheListAndNotTheFile() throws IOException {
    write(FIRST);
    byte[] lying = Files.readAllBytes(file(FIRST));
    lying[700] ^= 1;
    Files.write(file(FIRST), lying);
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    assertServes(FIRST, true);
    assertServes(FIRST, false);
  }

  @Test
  void indexOf_rebuildWithoutTheList_isMissing() throws IOException {
    write(FIRST);
    assertThatThrownBy(() -> shelf().indexOf(FIRST.id(), FIRST.base(), true))
        .isInstanceOf(ObjectMissingException.class);
  }

  @Test
  void indexOf_listMissing_leavesNothing() throws IOException {
    assertThatThrownBy(() -> shelf().indexOf(FIRST.id(), FIRST.base(), false))
        .isInstanceOf(ObjectMissingException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void indexOf_listOfAnotherDisk_isUnreadable() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, OTHER.list());
    assertUnreadable(FIRST.base(), "lists/base is the list of another snapshot or disk");
  }

  @Test
  void indexOf_listOfAnotherSize_isUnreadable() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, MadeUpDisk.of(1, SIZE_BYTES + 1).list());
    assertUnreadable(FIRST.base(), "lists/base is the list of another snapshot or disk");
  }

  @Test
  void indexOf_listOfAnotherSnapshot_isUnreadable() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    ReplicationPlan.Base base = FIRST.base();
    assertUnreadable(
        new ReplicationPlan.Base(
            new SnapshotId("snap-0000000000000000f"),
            base.runId(),
            base.digestListKey(),
            base.digestListDigest(),
            base.diskDigest(),
            base.sizeBytes()),
        "lists/base is the list of another snapshot or disk");
  }

  @Test
  void indexOf_listThatIsNotThePlannedOne_isUnreadable() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, MadeUpDisk.of(3, SIZE_BYTES).list());
    assertUnreadable(FIRST.base(), "lists/base is not the planned list");
  }

  @Test
  void indexOf_listThatGivesAnotherDisk_isUnreadable() throws IOException {
    store.write(MadeUpDisk.LIST_KEY, FIRST.list());
    ReplicationPlan.Base base = FIRST.base();
    assertUnreadable(
        new ReplicationPlan.Base(
            base.snapshotId(),
            base.runId(),
            base.digestListKey(),
            base.digestListDigest(),
            Digest.ofText("another disk"),
            base.sizeBytes()),
        "lists/base is not of the planned disk");
  }

  @Test
  void indexOf_listCutAnywhere_isUnreadable() throws IOException {
    byte[] whole = FIRST.list();
    for (int length = 0; length < whole.length; length += 97) {
      store.write(MadeUpDisk.LIST_KEY, Arrays.copyOf(whole, length));
      assertUnreadable(FIRST.base(), "lists/base: ends at byte " + length);
    }
  }

  @Test
  void indexOf_listChangedAnywhere_isUnreadable() throws IOException {
    byte[] whole = FIRST.list();
    for (int i = 0; i < whole.length; i += 53) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      store.write(MadeUpDisk.LIST_KEY, changed);
      assertUnreadable(FIRST.base(), "");
    }
  }

  @Test
  void indexOf_listWithMoreBehindIt_isUnreadable() throws IOException {
    byte[] whole = FIRST.list();
    store.write(MadeUpDisk.LIST_KEY, Arrays.copyOf(whole, whole.length + 1));
    assertUnreadable(FIRST.base(), "goes on behind its end");
  }

  /** A cut connection says nothing about the base: it is no reason to send everything. */
  @Test
  void indexOf_connectionCut_failsAndLeavesNothing() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    IndexShelf shelf =
        new IndexShelf(
            folder, streaming(Arrays.copyOf(FIRST.list(), 1000), new BrokenStream(), closed));
    assertThatIOException()
        .isThrownBy(() -> shelf.indexOf(FIRST.id(), FIRST.base(), false))
        .withMessage("connection reset");
    assertThat(names(FIRST)).isEmpty();
    assertThat(closed).hasValue(1);
  }

  @Test
  void indexOf_downloaded_closesTheList() throws IOException {
    AtomicInteger closed = new AtomicInteger();
    WatchedDisk watched = new WatchedDisk(folder);
    ObjectStore streaming = streaming(FIRST.list(), InputStream.nullInputStream(), closed);
    new IndexShelf(watched.root(), streaming).indexOf(FIRST.id(), FIRST.base(), false).close();
    assertThat(closed).hasValue(1);
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void discardAll_ofADisk_leavesTheOthersAlone() throws IOException {
    write(FIRST);
    write(SECOND);
    write(OTHER);
    shelf().discardAll(FIRST.id());
    assertThat(names(FIRST)).isEmpty();
    assertThat(names(OTHER)).hasSize(1);
  }

  @Test
  void discardAll_nothingThere_makesNothing() throws IOException {
    shelf().discardAll(FIRST.id());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void begin_twoDisksAndTwoRunsAtOnce_doNotMeet() throws IOException {
    try (DigestIndexBuilder first = begin(shelf(), FIRST);
        DigestIndexBuilder second = begin(shelf(), SECOND);
        DigestIndexBuilder other = begin(shelf(), OTHER)) {
      FIRST.putExtents(first);
      SECOND.putExtents(second);
      OTHER.putExtents(other);
      second.finish(SECOND.diskDigest());
      other.finish(OTHER.diskDigest());
      assertThat(names(FIRST))
          .containsExactly("sms-run-00000001.building", "sms-run-00000002.index");
      assertThat(names(OTHER)).containsExactly("sms-run-00000001.index");
      first.finish(FIRST.diskDigest());
    }
    assertServes(OTHER, false);
    assertServes(SECOND, false);
  }

  @Test
  void begin_abandoned_leavesTheBaseAlone() throws IOException {
    write(FIRST);
    try (DigestIndexBuilder second = begin(shelf(), SECOND)) {
      SECOND.putExtents(second);
    }
    assertThat(names(FIRST)).containsExactly("sms-run-00000001.index");
    assertServes(FIRST, false);
  }

  private IndexShelf shelf() {
    return new IndexShelf(folder, store);
  }

  private static DigestIndexBuilder begin(IndexShelf shelf, MadeUpDisk disk) throws IOException {
    return shelf.begin(disk.id(), disk.runId(), disk.geometry());
  }

  private void write(MadeUpDisk disk) throws IOException {
    try (DigestIndexBuilder builder = begin(shelf(), disk)) {
      disk.putExtents(builder);
      builder.finish(disk.diskDigest());
    }
  }

  private Path file(MadeUpDisk disk) {
    return folder.resolve(disk.id().value()).resolve(disk.runId() + ".index");
  }

  private List<String> names(MadeUpDisk disk) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(disk.id().value()))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void assertServes(MadeUpDisk disk, boolean rebuild) throws IOException {
    try (DigestIndex index = shelf().indexOf(disk.id(), disk.base(), rebuild)) {
      assertThat(index.geometry()).isEqualTo(disk.geometry());
      for (int extent = 0; extent < disk.geometry().extentCount(); extent++) {
        assertThat(index.extent(extent)).isEqualTo(disk.extent(extent));
      }
    }
  }

  private void assertUnreadable(ReplicationPlan.Base base, String complaint) throws IOException {
    assertThatThrownBy(() -> shelf().indexOf(FIRST.id(), base, false))
        .isInstanceOf(BaseUnreadableException.class)
        .hasMessageContaining(complaint);
    assertThat(names(FIRST)).isEmpty();
  }

  private static ObjectStore streaming(byte[] first, InputStream then, AtomicInteger closed) {
    return new ObjectStore() {
      @Override
      public void put(String key, ObjectContent content) {
        throw new UnsupportedOperationException();
      }

      @Override
      public InputStream get(String key) {
        return new SequenceInputStream(new ByteArrayInputStream(first), then) {
          @Override
          public void close() throws IOException {
            closed.incrementAndGet();
            super.close();
          }
        };
      }
    };
  }

  private static final class BrokenStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("connection reset");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return read();
    }
  }
}
