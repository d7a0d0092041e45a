package dev.drover.connector.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.WatchedDisk;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestIndexTest {
  /** Where the fields begin and end, as the format is drawn. */
  private static final int HEADER_BYTES = 512;

  private static final int JSON_OFFSET = 16;

  private static final long TWO_EXTENTS =
      DiskGeometry.EXTENT_BYTES + 3L * DiskGeometry.BLOCK_BYTES - 1;

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("an.index");
  }

  @ParameterizedTest
  @MethodSource("dev.drover.connector.index.MadeUpDisk#sizes")
  void extent_ofEverySize_readsWhatWasPut(long sizeBytes) throws IOException {
    MadeUpDisk disk = written(sizeBytes);
    try (DigestIndex index = opened()) {
      assertThat(index.geometry()).isEqualTo(disk.geometry());
      for (int extent = 0; extent < disk.geometry().extentCount(); extent++) {
        assertThat(index.extent(extent)).isEqualTo(disk.extent(extent));
      }
    }
    assertThat(Files.size(file)).isEqualTo(HEADER_BYTES + 32L * disk.geometry().blockCount());
  }

  @Test
  void extent_behindTheBase_isEmpty() throws IOException {
    written(TWO_EXTENTS);
    try (DigestIndex index = opened()) {
      assertThat(index.extent(2)).isEmpty();
      assertThat(index.extent(Integer.MAX_VALUE)).isEmpty();
      assertThatThrownBy(() -> index.extent(-1)).isInstanceOf(InvalidMessageException.class);
    }
  }

  /** Its digests take 4 GiB, here of holes. */
  @Test
  void extent_lastOfTheLargestDisk_isRead() throws IOException {
    MadeUpDisk disk = MadeUpDisk.of(1, DiskGeometry.MAX_DISK_BYTES);
    int last = disk.geometry().extentCount() - 1;
    try (DigestIndexBuilder builder = builder(disk)) {
      builder.putExtent(last, disk.extent(last));
      builder.finish(Digest.ofText("all"));
    }
    try (DigestIndex index = opened()) {
      assertThat(index.extent(last)).isEqualTo(disk.extent(last));
    }
    Files.delete(file);
  }

  @Test
  void extent_diskGivesFewBytesAtATime_readsThemAll() throws IOException {
    MadeUpDisk disk = written(TWO_EXTENTS);
    WatchedDisk watched = new WatchedDisk(folder);
    watched.bytesPerCall(7);
    try (DigestIndex index = DigestIndex.open(watched.root().resolve("an.index")).orElseThrow()) {
      assertThat(index.extent(0)).isEqualTo(disk.extent(0));
      assertThat(index.extent(1)).isEqualTo(disk.extent(1));
    }
  }

  @Test
  void extent_fileCutAfterItWasOpened_saysWhereItEnds() throws IOException {
    written(TWO_EXTENTS);
    try (DigestIndex index = opened()) {
      cut(HEADER_BYTES + 32 * 130 + 5);
      assertThatIOException()
          .isThrownBy(() -> index.extent(1))
          .withMessageContaining("ends at byte " + (HEADER_BYTES + 32 * 130 + 5));
    }
  }

  @Test
  void extent_afterClose_isRefused() throws IOException {
    written(TWO_EXTENTS);
    DigestIndex index = opened();
    index.close();
    assertThatThrownBy(() -> index.extent(0)).isInstanceOf(ClosedChannelException.class);
  }

  /** The format as it is drawn, byte by byte: a later build must still read it. */
  @Test
  void open_bytesOfVersion1_areRead() throws IOException {
    Files.write(file, goldenBytes(json()));
    try (DigestIndex index = opened()) {
      assertThat(index.extent(0)).containsExactly(Digest.ofText("one"), Digest.ofText("two"));
      assertThat(index.describes(new DiskId("d-0123456789abcdef0"), goldenBase())).isTrue();
    }
  }

  @Test
  void finish_always_writesBytesOfVersion1() throws IOException {
    try (DigestIndexBuilder builder =
        new DigestIndexBuilder(
            folder.resolve("x"),
            file,
            new DiskId("d-0123456789abcdef0"),
            goldenBase().runId(),
            new DiskGeometry(goldenBase().sizeBytes()))) {
      builder.putExtent(0, List.of(Digest.ofText("one"), Digest.ofText("two")));
      builder.finish(goldenBase().diskDigest());
    }
    assertThat(file).hasBinaryContent(goldenBytes(json()));
  }

  @Test
  void open_jsonOfTheGreatestLength_isRead() throws IOException {
    Files.write(file, goldenBytes(json() + " ".repeat(496 - json().length())));
    opened().close();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 497, 512, Integer.MAX_VALUE})
  void open_jsonLengthThatCannotBe_isNoIndex(int jsonBytes) throws IOException {
    byte[] bytes = goldenBytes(json());
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(12, jsonBytes);
    assertNoIndex(bytes);
  }

  @Test
  void open_jsonThatIsNone_isNoIndex() throws IOException {
    assertNoIndex(goldenBytes("null"));
    assertNoIndex(goldenBytes("[1]"));
    assertNoIndex(goldenBytes("{}"));
    assertNoIndex(goldenBytes("\0"));
    assertNoIndex(goldenBytes(json() + "}"));
    assertNoIndex(goldenBytes(json().replace("diskId", "diskid")));
    assertNoIndex(goldenBytes(json().replace(":600000", ":0")));
    assertNoIndex(goldenBytes(json().replace(":600000", ":99999999999999999999")));
  }

  /** Digests are not verified, but no byte of the header may go wrong unseen. */
  @Test
  void open_anyByteOfTheHeaderChanged_describesTheBaseNoMore() throws IOException {
    byte[] whole = goldenBytes(json());
    for (int i = 0; i < JSON_OFFSET + json().length(); i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      Files.write(file, changed);
      Optional<DigestIndex> index = DigestIndex.open(file);
      if (index.isPresent()) {
        assertThat(index.get().describes(new DiskId("d-0123456789abcdef0"), goldenBase()))
            .as("byte " + i)
            .isFalse();
        index.get().close();
      }
    }
  }

  @Test
  void open_magicOrVersionOfAnother_isNoIndex() throws IOException {
    for (int i = 0; i < 12; i++) {
      byte[] changed = goldenBytes(json());
      changed[i] ^= 1;
      assertNoIndex(changed);
    }
  }

  @Test
  void open_cutAnywhere_isNoIndex() throws IOException {
    byte[] whole = goldenBytes(json());
    for (int length = 0; length < whole.length; length++) {
      assertNoIndex(Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 4096})
  void open_longerThanItsDisk_isNoIndex(int moreBytes) throws IOException {
    byte[] whole = goldenBytes(json());
    assertNoIndex(Arrays.copyOf(whole, whole.length + moreBytes));
  }

  @Test
  void open_fileMissing_fails() {
    assertThatThrownBy(() -> DigestIndex.open(file)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void open_anIndex_keepsItOpenUntilItIsClosed() throws IOException {
    WatchedDisk watched = watched(goldenBytes(json()));
    DigestIndex index = DigestIndex.open(watched.root().resolve("an.index")).orElseThrow();
    assertThat(watched.openFiles()).isEqualTo(1);
    index.close();
    assertThat(watched.openFiles()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "no JSON"})
  void open_noIndex_leavesNothingOpen(String json) throws IOException {
    WatchedDisk watched = watched(goldenBytes(json));
    assertThat(DigestIndex.open(watched.root().resolve("an.index"))).isEmpty();
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void open_diskFails_leavesNothingOpen() throws IOException {
    WatchedDisk watched = watched(goldenBytes(json()));
    watched.fail();
    assertThatIOException()
        .isThrownBy(() -> DigestIndex.open(watched.root().resolve("an.index")))
        .withMessage("the disk fails");
    assertThat(watched.openFiles()).isZero();
  }

  @Test
  void describes_anotherDiskRunDigestOrSize_isFalse() throws IOException {
    MadeUpDisk disk = written(TWO_EXTENTS);
    ReplicationPlan.Base base = disk.base();
    try (DigestIndex index = opened()) {
      assertThat(index.describes(disk.id(), base)).isTrue();
      assertThat(index.describes(new DiskId("d-0123456789abcdef1"), base)).isFalse();
      assertThat(index.describes(disk.id(), with(base, new RunId("sms-run-00000002")))).isFalse();
      assertThat(index.describes(disk.id(), with(base, Digest.ofText("other")))).isFalse();
      assertThat(index.describes(disk.id(), with(base, base.sizeBytes() + 1))).isFalse();
    }
  }

  private MadeUpDisk written(long sizeBytes) throws IOException {
    MadeUpDisk disk = MadeUpDisk.of(1, sizeBytes);
    try (DigestIndexBuilder builder = builder(disk)) {
      disk.putExtents(builder);
      builder.finish(disk.diskDigest());
    }
    return disk;
  }

  private DigestIndexBuilder builder(MadeUpDisk disk) throws IOException {
    return new DigestIndexBuilder(
        folder.resolve("a.building"), file, disk.id(), disk.runId(), disk.geometry());
  }

  private DigestIndex opened() throws IOException {
    return DigestIndex.open(file).orElseThrow();
  }

  private void assertNoIndex(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    assertThat(DigestIndex.open(file)).isEmpty();
  }

  private WatchedDisk watched(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return new WatchedDisk(folder);
  }

  private void cut(long sizeBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(sizeBytes);
    }
  }

  /** An index of two blocks. */
  private static byte[] goldenBytes(String json) {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + 64).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("DRVRINDX".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(json.length());
    bytes.put(json.getBytes(StandardCharsets.US_ASCII));
    bytes.position(HEADER_BYTES);
    bytes.put(Digest.ofText("one").toBytes()).put(Digest.ofText("two").toBytes());
    return bytes.array();
  }

  private static String json() {
    return """
        {"runId":"sms-run-0000000a","diskId":"d-0123456789abcdef0","sizeBytes":600000,\
        "diskDigest":"%s"}"""
        .formatted(Digest.ofText("the disk").hex());
  }

  private static ReplicationPlan.Base goldenBase() throws IOException {
    return with(
        with(
            with(MadeUpDisk.of(1, 1).base(), new RunId("sms-run-0000000a")),
            Digest.ofText("the disk")),
        600_000);
  }

  private static ReplicationPlan.Base with(ReplicationPlan.Base base, RunId runId) {
    return new ReplicationPlan.Base(
        base.snapshotId(),
        runId,
        base.digestListKey(),
        base.digestListDigest(),
        base.diskDigest(),
        base.sizeBytes());
  }

  private static ReplicationPlan.Base with(ReplicationPlan.Base base, Digest diskDigest) {
    return new ReplicationPlan.Base(
        base.snapshotId(),
        base.runId(),
        base.digestListKey(),
        base.digestListDigest(),
        diskDigest,
        base.sizeBytes());
  }

  private static ReplicationPlan.Base with(ReplicationPlan.Base base, long sizeBytes) {
    return new ReplicationPlan.Base(
        base.snapshotId(),
        base.runId(),
        base.digestListKey(),
        base.digestListDigest(),
        base.diskDigest(),
        sizeBytes);
  }
}
