package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.UnknownVersionException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each field of a segment at its limits. The digest over header and table is made anew after each
 * change, as a sender that lies would, so that the field's own check is what refuses it.
 */
class SegmentFieldsTest {
  private static final int FLAGS_AT = 10;
  private static final int HEADER_BYTES_AT = 12;
  private static final int SIZE_AT = 32;
  private static final int EXTENT_AT = 40;
  private static final int BASE_DIGEST_AT = 48;
  private static final int TEXTS_AT = 80;
  private static final int ENTRIES = 3;

  private final byte[] good = SampleSegments.threeBlocks();
  private final int tableAt = FormatOutput.over(good).getInt(HEADER_BYTES_AT);
  private final int digestAt = tableAt + ENTRIES * SegmentFormat.ENTRY_BYTES;

  @ParameterizedTest
  @CsvSource({
    "10, 2, the header ends before what it follows",
    "10, 4, unknown flags 4",
    "10, 32768, unknown flags 32768",
    "16, 524287, blocks of 524287 bytes",
    "20, 127, extents of 127 blocks",
    "28, 0, a table of 0 entries cannot be",
    "28, -1, a table of -1 entries cannot be",
    "28, 129, a table of 129 entries cannot be",
    "44, 1, the reserved field is not 0"
  })
  void read_fieldOutsideItsLimits_isRefusedByName(int at, int value, String complaint) {
    byte[] forged =
        resealed(
            bytes -> {
              if (at == FLAGS_AT) {
                bytes.putShort(at, (short) value);
              } else {
                bytes.putInt(at, value);
              }
            });
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("staging/sample: " + complaint);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 79, 1025, Integer.MAX_VALUE})
  void read_headerLengthOutsideItsLimits_isRefused(int headerBytes) {
    byte[] forged = resealed(bytes -> bytes.putInt(HEADER_BYTES_AT, headerBytes));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("staging/sample: a header of " + headerBytes + " bytes cannot be");
  }

  @ParameterizedTest
  @CsvSource({
    "80, the header is too short for its texts",
    "81, the header is too short for its texts",
    "85, a text of 4 bytes leaves the header",
    "1024, the header goes on behind its texts"
  })
  void read_headerLengthWithinItsLimits_mustFitTheTexts(int headerBytes, String complaint) {
    byte[] forged = resealed(bytes -> bytes.putInt(HEADER_BYTES_AT, headerBytes));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("staging/sample: " + complaint);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, -1})
  void read_anotherCodec_isUnknown(int codec) {
    byte[] forged = resealed(bytes -> bytes.putInt(24, codec));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessage("staging/sample: codec " + codec + " is unknown");
  }

  @Test
  void read_zerosLeftOutOfADeltaWithABase_isRefused() {
    byte[] forged = resealed(bytes -> bytes.putShort(FLAGS_AT, (short) 1));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("zeros are left out of first copies only");
  }

  @Test
  void read_baseWithoutItsDigestList_isRefused() {
    byte[] forged = resealed(bytes -> bytes.put(BASE_DIGEST_AT, new byte[Digest.BYTES]));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith(
            "base snap-0123456789abcdef0 does not go with digest list " + "0".repeat(64));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, is on no disk",
    "1048576, is on no disk",
    "2, lies behind a disk of 68681216 bytes"
  })
  void read_extentThatTheDiskHasNot_isRefused(int extent, String complaint) {
    byte[] forged = resealed(bytes -> bytes.putInt(EXTENT_AT, extent));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("extent " + extent + " " + complaint);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, DiskGeometry.MAX_DISK_BYTES + 1})
  void read_sizeThatNoDiskHas_isRefused(long sizeBytes) {
    byte[] forged = resealed(bytes -> bytes.putLong(SIZE_AT, sizeBytes));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("bytes, not " + sizeBytes);
  }

  @Test
  void read_textThatIsNoUtf8_isRefused() {
    byte[] forged = resealed(bytes -> bytes.put(TEXTS_AT + Short.BYTES, (byte) 0xFF));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("staging/sample: a text is not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 127, 127",
    "0, 0, 0",
    "1, 128, 128",
    "1, 127, 127",
    "2, 129, 129",
    "2, 131, 131",
    "2, -1, -1"
  })
  void read_blockOutOfOrderOrOutsideItsExtent_isRefused(int entry, int block, int named) {
    byte[] forged =
        resealed(bytes -> bytes.putInt(tableAt + entry * SegmentFormat.ENTRY_BYTES, block));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("staging/sample: block " + named + " is out of order or outside its extent");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 100",
    "0, 3, 100",
    "0, 1, 0",
    "0, 1, -1",
    "0, 1, 526337",
    "0, 2, 100",
    "1, 2, 1",
    "1, 1, 0",
    "1, 0, 0"
  })
  void read_kindThatDoesNotGoWithItsLength_isRefused(int entry, int kind, int storedBytes) {
    int at = tableAt + entry * SegmentFormat.ENTRY_BYTES;
    byte[] forged = resealed(bytes -> bytes.putInt(at + 4, kind).putInt(at + 8, storedBytes));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessageContaining("of kind " + kind + " cannot have " + storedBytes + " stored bytes");
  }

  @Test
  void read_frameOfTheGreatestLength_isOnlyMissing() {
    byte[] forged = resealed(bytes -> bytes.putInt(tableAt + 8, SegmentFormat.MAX_FRAME_BYTES));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(TruncatedException.class)
        .hasMessageContaining("its table needs");
  }

  @Test
  void read_zeroBlockWithAnotherDigest_isRefused() {
    int at = tableAt + SegmentFormat.ENTRY_BYTES + 12;
    byte[] forged = resealed(bytes -> bytes.put(at, (byte) (bytes.get(at) + 1)));
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessage("staging/sample: block 129 is a zero block with another digest");
  }

  @Test
  void read_tableChangedWithoutItsDigest_isRefused() {
    byte[] forged = SampleSegments.flipped(good, tableAt + 12);
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageStartingWith("staging/sample: states digest ");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void read_storeTellsAnotherLengthThanTheTable_isRefused(int difference) {
    assertThatThrownBy(() -> open(good, good.length + difference))
        .isInstanceOf(difference < 0 ? TruncatedException.class : InconsistentLengthException.class)
        .hasMessage(
            "staging/sample: has "
                + (good.length + difference)
                + " bytes, its table needs "
                + good.length);
  }

  @Test
  void nextBlock_bytesThatAreNoFrame_areRefused() {
    byte[] forged = good.clone();
    Arrays.fill(forged, digestAt + Digest.BYTES, digestAt + Digest.BYTES + 8, (byte) 0x55);
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageStartingWith("staging/sample: block 128 is no zstd frame: ");
  }

  @Test
  void nextBlock_oneByteMoreThanABlock_isABombByName() {
    byte[] frame = Zstd.compress(new byte[DiskGeometry.BLOCK_BYTES + 1]);
    assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(DiskGeometry.BLOCK_BYTES + 1);
    assertThatThrownBy(() -> readAll(SampleSegments.withFrame(frame)))
        .hasMessage("staging/sample: block 128 would expand to 524289 bytes");
  }

  @Test
  void finish_beforeTheLastBlock_isAMistakeOfTheCaller() throws IOException {
    SegmentReader reader = open(good, good.length);
    reader.nextBlock();
    reader.nextBlock();
    assertThatThrownBy(reader::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void finish_anotherTotalLength_isRefused() {
    byte[] forged = good.clone();
    FormatOutput.over(forged).putLong(good.length - Long.BYTES, good.length + 1L);
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage(
            "staging/sample: states " + (good.length + 1) + " bytes but has " + good.length);
  }

  @Test
  void finish_moreBytesThanTheStoreTold_isRefused() throws IOException {
    SegmentReader reader = open(Arrays.copyOf(good, good.length + 1), good.length);
    while (reader.hasNext()) {
      reader.nextBlock();
    }
    assertThatThrownBy(reader::finish)
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("staging/sample: goes on behind its end");
  }

  /** The good segment with its header and table changed and sealed again. */
  private byte[] resealed(Consumer<ByteBuffer> change) {
    byte[] forged = good.clone();
    change.accept(FormatOutput.over(forged));
    Digest.of(forged, 0, digestAt).writeTo(ByteBuffer.wrap(forged, digestAt, Digest.BYTES));
    return forged;
  }

  private static SegmentReader open(byte[] bytes, long objectBytes) throws IOException {
    return new SegmentReader("staging/sample", new ByteArrayInputStream(bytes), objectBytes);
  }

  private static void readAll(byte[] bytes) throws IOException {
    SegmentReader reader = open(bytes, bytes.length);
    while (reader.hasNext()) {
      reader.nextBlock();
    }
    reader.finish();
  }
}
