package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.drover.protocol.BadMagicException;
import dev.drover.protocol.DecompressionBombException;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.UnknownVersionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a segment carries comes out again, and nothing that was changed on the way does. */
class SegmentReaderTest {
  private static final int ENTRY_COUNT_AT = 28;
  private static final int HEADER_BYTES_AT = 12;
  private static final int VERSION_AT = 8;

  private final byte[] good = SampleSegments.threeBlocks();

  @Test
  void nextBlock_wholeSegment_givesWhatWasAdded() throws IOException {
    SegmentReader reader = open(good);

    assertThat(reader.header()).isEqualTo(SampleSegments.header(1));
    assertThat(reader.entries()).extracting(SegmentEntry::block).containsExactly(128, 129, 130);
    assertThat(reader.nextBlock()).isEqualTo(SampleSegments.block(128));
    assertThat(reader.nextBlock()).isEqualTo(new byte[DiskGeometry.BLOCK_BYTES]);
    assertThat(reader.nextBlock()).isEqualTo(SampleSegments.block(130));
    reader.finish();
    assertThat(reader.hasNext()).isFalse();
  }

  @Test
  void nextBlock_incompressibleBlocks_fit() throws IOException {
    long seed = 20261123;
    byte[] noise = new byte[DiskGeometry.BLOCK_BYTES];
    new Random(seed).nextBytes(noise);
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
        builder.addData(block, Digest.of(noise), noise);
      }
      byte[] bytes = SampleSegments.bytes(builder.build(SampleSegments.header(0)));

      SegmentReader reader = open(bytes);
      while (reader.hasNext()) {
        assertThat(reader.nextBlock()).isEqualTo(noise);
      }
      reader.finish();
    }
  }

  @Test
  void read_bitFlippedOutsideTheFrames_isRefused() {
    int framesBegin = little(good).getInt(HEADER_BYTES_AT) + 3 * SegmentFormat.ENTRY_BYTES + 32;
    for (int position = 0; position < framesBegin; position++) {
      byte[] flipped = SampleSegments.flipped(good, position);
      assertThatThrownBy(() -> readAll(flipped))
          .as("bit flipped in byte %d", position)
          .isInstanceOfAny(FormatException.class, InvalidMessageException.class);
    }
    byte[] trailer = SampleSegments.flipped(good, good.length - 1);
    assertThatThrownBy(() -> readAll(trailer)).isInstanceOf(InconsistentLengthException.class);
  }

  /**
   * zstd has bits without a meaning, so a flip in a frame may be harmless; it is never believed.
   */
  @Test
  void read_bitFlippedInAFrame_neverGivesAnotherBlock() {
    int refused = 0;
    for (int position = 250; position < good.length; position += 7) {
      try {
        readAll(SampleSegments.flipped(good, position));
      } catch (FormatException e) {
        refused++;
      } catch (IOException e) {
        throw new IllegalStateException("memory cannot fail to be read", e);
      }
    }
    assertThat(refused).isGreaterThan((good.length - 250) / 7 * 9 / 10);
  }

  @Test
  void read_cutAnywhere_isTruncated() {
    for (int length = 0; length < good.length; length += length < 400 ? 1 : 97) {
      byte[] cut = SampleSegments.cut(good, length);
      assertThatThrownBy(() -> readAll(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(TruncatedException.class);
    }
  }

  @Test
  void read_bytesAppended_isRefused() {
    assertThatThrownBy(() -> readAll(Arrays.copyOf(good, good.length + 1)))
        .isInstanceOf(InconsistentLengthException.class);
  }

  @Test
  void read_otherMagic_isNoSegment() {
    assertThatThrownBy(() -> readAll(SampleSegments.flipped(good, 0)))
        .isInstanceOf(BadMagicException.class)
        .hasMessageContaining("staging/sample");
  }

  @Test
  void read_versionOfTheFuture_saysWhichIsKnown() {
    byte[] future = good.clone();
    little(future).putShort(VERSION_AT, (short) 2);
    assertThatThrownBy(() -> readAll(future))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessageContaining("version 2")
        .hasMessageContaining("reads version 1");
  }

  @Test
  void read_lyingHeaderLength_allocatesNothing() {
    byte[] lying = good.clone();
    little(lying).putInt(HEADER_BYTES_AT, Integer.MAX_VALUE);
    assertThatThrownBy(() -> readAll(lying)).isInstanceOf(InconsistentLengthException.class);
  }

  @Test
  void read_lyingEntryCount_allocatesNothing() {
    byte[] lying = good.clone();
    little(lying).putInt(ENTRY_COUNT_AT, 1 << 30);
    assertThatThrownBy(() -> readAll(lying)).isInstanceOf(InconsistentLengthException.class);
  }

  @Test
  void nextBlock_frameOfGibibytes_isABomb() {
    byte[] bomb = Zstd.compress(new byte[64 << 20]);
    assertThat(bomb.length).isLessThan(SegmentFormat.MAX_FRAME_BYTES);
    assertThatThrownBy(() -> readAll(SampleSegments.withFrame(bomb)))
        .isInstanceOf(DecompressionBombException.class)
        .hasMessageContaining("block 128");
  }

  @Test
  void nextBlock_manySmallFramesThatAddUp_areABomb() {
    byte[] frame = Zstd.compress(new byte[DiskGeometry.BLOCK_BYTES]);
    byte[] frames = new byte[frame.length * 4];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(frame, 0, frames, i * frame.length, frame.length);
    }
    assertThatThrownBy(() -> readAll(SampleSegments.withFrame(frames)))
        .isInstanceOf(DecompressionBombException.class);
  }

  @Test
  void nextBlock_shortFrame_isInconsistent() {
    assertThatThrownBy(() -> readAll(SampleSegments.withFrame(Zstd.compress(new byte[4096]))))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessageContaining("4096");
  }

  @Test
  void nextBlock_otherContentUnderTheSameTable_isRefused() {
    assertThatThrownBy(
            () -> readAll(SampleSegments.withFrame(Zstd.compress(SampleSegments.block(7)))))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("block 128");
  }

  @Test
  void build_blocksOutOfOrder_isRefused() {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addZero(5);
      assertThatThrownBy(() -> builder.addZero(5)).isInstanceOf(InvalidMessageException.class);
    }
  }

  private static SegmentReader open(byte[] bytes) throws IOException {
    return new SegmentReader("staging/sample", new ByteArrayInputStream(bytes), bytes.length);
  }

  private static void readAll(byte[] bytes) throws IOException {
    SegmentReader reader = open(bytes);
    for (SegmentEntry entry : reader.entries()) {
      assertThat(Digest.of(reader.nextBlock())).isEqualTo(entry.digest());
    }
    reader.finish();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
