package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.SegmentCoordinates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentBuilderTest {
  private static final DiskDelta FIRST_COPY =
      new DiskDelta(
          SampleSegments.ENVIRONMENT,
          SampleSegments.JOB,
          SampleSegments.RUN,
          SampleSegments.DISK,
          null,
          SampleSegments.GENERATION);

  @Test
  void build_whatWasAdded_isWhatTheReaderFinds() throws IOException {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      add(builder, 128);
      builder.addZero(130);
      Segment segment = builder.build(SampleSegments.header(1));
      byte[] bytes = SampleSegments.bytes(segment);

      SegmentReader reader = read(bytes);
      assertThat(segment.header()).isEqualTo(SampleSegments.header(1));
      assertThat(segment.entries()).isEqualTo(reader.entries());
      assertThat(segment.digest()).isEqualTo(reader.digest());
      assertThat(segment.lengthBytes()).isEqualTo(bytes.length);
      assertThat(SampleSegments.bytes(segment)).as("opened again").isEqualTo(bytes);
    }
  }

  @Test
  void build_usedAgain_leavesNothingOfTheSegmentBefore() {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      add(builder, 128);
      add(builder, 129);
      builder.build(SampleSegments.header(1));
      assertThat(builder.isEmpty()).isTrue();
      assertThat(builder.entryCount()).isZero();

      add(builder, 5);
      assertThat(builder.isEmpty()).isFalse();
      assertThat(builder.entryCount()).isEqualTo(1);
      assertThat(SampleSegments.bytes(builder.build(SampleSegments.header(0))))
          .isEqualTo(segmentOf(5, 0));
    }
  }

  @Test
  void reset_halfASegment_isForgotten() {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      add(builder, 128);
      builder.reset();
      assertThat(builder.isEmpty()).isTrue();

      add(builder, 5);
      assertThat(SampleSegments.bytes(builder.build(SampleSegments.header(0))))
          .isEqualTo(segmentOf(5, 0));
    }
  }

  @Test
  void build_withoutBlocks_isRefused() {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      assertThatThrownBy(() -> builder.build(SampleSegments.header(0)))
          .isInstanceOf(InvalidMessageException.class);
    }
  }

  @Test
  void addData_blockBeforeTheLastOrOfAnotherLength_isRefused() {
    byte[] shorter = new byte[DiskGeometry.BLOCK_BYTES - 1];
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      assertThatThrownBy(() -> builder.addData(0, Digest.of(shorter), shorter))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage("a block has 524288 bytes, not 524287");
      add(builder, 6);
      assertThatThrownBy(() -> add(builder, 5))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage("block 5 is out of order");
    }
  }

  /** The buffer begins with room for some eight blocks of noise. */
  @Test
  void build_noiseThatOutgrowsTheBuffer_isWhole() throws IOException {
    Random random = new Random(20261123);
    byte[] noise = new byte[DiskGeometry.BLOCK_BYTES];
    int blocks = 20;
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      for (int block = 0; block < blocks; block++) {
        random.nextBytes(noise);
        builder.addData(block, Digest.of(noise), noise);
      }
      byte[] bytes = SampleSegments.bytes(builder.build(SampleSegments.header(0)));

      SegmentReader reader = read(bytes);
      while (reader.hasNext()) {
        reader.nextBlock();
      }
      reader.finish();
      assertThat(reader.entries()).hasSize(blocks);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SegmentFormat.MAX_FRAME_BYTES, 3 << 20, 1 << 30})
  void build_memoryBounded_isWhatMemoryAloneGives(int memoryBytes, @TempDir Path folder)
      throws IOException {
    try (SegmentBuilder inMemory = new SegmentBuilder(1);
        SegmentBuilder bounded = new SegmentBuilder(1, memoryBytes, folder.resolve("spill"))) {
      for (int blocks : new int[] {20, 1, 7}) {
        addNoise(inMemory, blocks);
        addNoise(bounded, blocks);
        byte[] expected = SampleSegments.bytes(inMemory.build(SampleSegments.header(0)));
        Segment segment = bounded.build(SampleSegments.header(0));
        assertThat(segment.lengthBytes()).isEqualTo(expected.length);
        assertThat(SampleSegments.bytes(segment)).isEqualTo(expected);
        assertThat(SampleSegments.bytes(segment)).as("opened again").isEqualTo(expected);
        assertThat(inSmallBites(segment)).as("in small bites").isEqualTo(Digest.of(expected));
        bounded.reset();
      }
    }
  }

  @Test
  void addData_spilled_leavesNothingThatOthersCanOpen(@TempDir Path folder) {
    Path spill = folder.resolve("segments").resolve("1");
    try (SegmentBuilder builder = new SegmentBuilder(1, SegmentFormat.MAX_FRAME_BYTES, spill)) {
      addNoise(builder, 1);
      assertThat(spill.getParent()).as("no file before it is needed").doesNotExist();
      builder.reset();
      addNoise(builder, 5);
      assertThat(spill.getParent()).isEmptyDirectory();
    }
  }

  /** A retry that comes too late must fail: another segment's bytes would be worse. */
  @Test
  void openStream_afterResetOrClose_hasNoSpilledBytes(@TempDir Path folder) {
    Path spill = folder.resolve("1");
    SegmentBuilder builder = new SegmentBuilder(1, SegmentFormat.MAX_FRAME_BYTES, spill);
    addNoise(builder, 5);
    Segment segment = builder.build(SampleSegments.header(0));
    builder.reset();
    assertThatThrownBy(() -> SampleSegments.bytes(segment))
        .hasStackTraceContaining("the file ends at byte 0 of ");
    builder.close();
    assertThatThrownBy(() -> SampleSegments.bytes(segment))
        .hasStackTraceContaining("ClosedChannelException");
  }

  /** A crash between making the file and unlinking it leaves it empty, and in the way. */
  @Test
  void addData_fileLeftOver_isTaken(@TempDir Path folder) throws IOException {
    Path spill = Files.createFile(folder.resolve("1"));
    try (SegmentBuilder builder = new SegmentBuilder(1, SegmentFormat.MAX_FRAME_BYTES, spill)) {
      addNoise(builder, 5);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void addData_fileCannotBe_saysWhich(@TempDir Path folder) throws IOException {
    Path inTheWay = Files.createFile(folder.resolve("segments"));
    Path spill = inTheWay.resolve("1");
    try (SegmentBuilder builder = new SegmentBuilder(1, SegmentFormat.MAX_FRAME_BYTES, spill)) {
      assertThatThrownBy(() -> addNoise(builder, 5))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(inTheWay.toString());
    }
  }

  /** An interrupt closes the file under the thread that uses it; the next extent has a new one. */
  @Test
  void addData_interruptedBefore_spillsAgain(@TempDir Path folder) {
    Path spill = folder.resolve("1");
    try (SegmentBuilder builder = new SegmentBuilder(1, SegmentFormat.MAX_FRAME_BYTES, spill)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> addNoise(builder, 5)).isInstanceOf(UncheckedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      builder.reset();
      addNoise(builder, 5);
      assertThat(SampleSegments.bytes(builder.build(SampleSegments.header(0))))
          .hasSizeGreaterThan(5 * DiskGeometry.BLOCK_BYTES);
    }
  }

  @Test
  void construct_memoryBelowAFrame_isRefused(@TempDir Path folder) {
    int bytes = SegmentFormat.MAX_FRAME_BYTES - 1;
    assertThatThrownBy(() -> new SegmentBuilder(1, bytes, folder.resolve("1")).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void build_firstCopyWithoutItsZeros_saysSo() throws IOException {
    SegmentHeader header =
        new SegmentHeader(
            new SegmentCoordinates(FIRST_COPY, 0),
            Digest.NEVER_WRITTEN,
            SampleSegments.SIZE_BYTES,
            true);
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      add(builder, 0);
      Segment segment = builder.build(header);
      SegmentReader reader = read(SampleSegments.bytes(segment));
      assertThat(reader.header()).isEqualTo(header);
      assertThat(reader.digest()).isEqualTo(digestByTheBook(header, 0));
    }
  }

  /** The digest names what the blocks are, not how well they were compressed. */
  @Test
  void digest_anotherLevelOfCompression_isTheSame() {
    assertThat(segment(1).lengthBytes()).isNotEqualTo(segment(19).lengthBytes());
    assertThat(segment(1).digest())
        .isEqualTo(segment(19).digest())
        .isEqualTo(digestByTheBook(SampleSegments.header(0), 5));
  }

  private static Segment segment(int level) {
    try (SegmentBuilder builder = new SegmentBuilder(level)) {
      add(builder, 5);
      return builder.build(SampleSegments.header(0));
    }
  }

  private static byte[] segmentOf(int block, int extent) {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      add(builder, block);
      return SampleSegments.bytes(builder.build(SampleSegments.header(extent)));
    }
  }

  /** As {@code FORMAT.md} says it, for a segment of one block of data. */
  private static Digest digestByTheBook(SegmentHeader header, int block) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(
        FormatOutput.buffer(20)
            .putLong(header.sizeBytes())
            .putInt(header.coordinates().extent())
            .putInt(header.zerosLeftOut() ? 1 : 0)
            .putInt(1)
            .array());
    sha256.update(header.baseDigestList().toBytes());
    String base = header.coordinates().delta().base() == null ? "none" : "snap-0123456789abcdef0";
    for (String text :
        new String[] {
          "site",
          "sms-job-1a2b3c4d",
          "sms-run-5e6f7a8b",
          "d-eea44f1fe08031f53",
          "20261123T140000000Z-79c6d61344be00e7",
          base
        }) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      sha256.update(FormatOutput.buffer(2).putShort((short) utf8.length).array());
      sha256.update(utf8);
    }
    sha256.update(FormatOutput.buffer(4).putInt(block).array());
    sha256.update(Digest.of(SampleSegments.block(block)).toBytes());
    return Digest.finish(sha256);
  }

  private static void add(SegmentBuilder builder, int block) {
    byte[] data = SampleSegments.block(block);
    builder.addData(block, Digest.of(data), data);
  }

  /** Noise that is the same for each block number. */
  private static void addNoise(SegmentBuilder builder, int blocks) {
    for (int block = 0; block < blocks; block++) {
      byte[] noise = new byte[DiskGeometry.BLOCK_BYTES];
      new Random(block).nextBytes(noise);
      builder.addData(block, Digest.of(noise), noise);
    }
  }

  private static Digest inSmallBites(Segment segment) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (InputStream stream = segment.openStream()) {
      byte[] seven = new byte[7];
      sha256.update((byte) stream.read());
      for (int n = stream.read(seven); n >= 0; n = stream.read(seven)) {
        sha256.update(seven, 0, n);
      }
    }
    return Digest.finish(sha256);
  }

  private static SegmentReader read(byte[] bytes) throws IOException {
    return new SegmentReader("segment", new ByteArrayInputStream(bytes), bytes.length);
  }
}
