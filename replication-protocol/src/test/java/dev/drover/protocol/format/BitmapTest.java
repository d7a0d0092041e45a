package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitmapTest {
  @Test
  void blockBitmap_bothHalves_survivesItsBytes() {
    BlockBitmap bitmap = BlockBitmap.EMPTY.with(0).with(63).with(64).with(127);
    assertThat(BlockBitmap.ofBytes(bitmap.toBytes())).isEqualTo(bitmap);
    assertThat(bitmap.count()).isEqualTo(4);
    assertThat(bitmap.contains(64)).isTrue();
    assertThat(bitmap.contains(65)).isFalse();
    assertThat(bitmap.toBytes()[0]).isEqualTo((byte) 1);
    assertThatThrownBy(() -> bitmap.with(128)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void extentBitmap_writtenAndRead_isTheSame() {
    ExtentBitmap bitmap = new ExtentBitmap(1 << 20);
    bitmap.add(0);
    bitmap.add((1 << 20) - 1);
    ExtentBitmap read = ExtentBitmap.decode("bitmap", bitmap.encode());
    assertThat(read.extentCount()).isEqualTo(1 << 20);
    assertThat(read.cardinality()).isEqualTo(2);
    assertThat(read.contains((1 << 20) - 1)).isTrue();
  }

  @Test
  void extentBitmap_changedOrCut_isRefused() {
    byte[] encoded = new ExtentBitmap(11).encode();
    for (int i = 0; i < encoded.length; i++) {
      byte[] flipped = SampleSegments.flipped(encoded, i);
      assertThatThrownBy(() -> ExtentBitmap.decode("bitmap", flipped))
          .as("byte %d", i)
          .isInstanceOf(FormatException.class);
      byte[] cut = SampleSegments.cut(encoded, i);
      assertThatThrownBy(() -> ExtentBitmap.decode("bitmap", cut))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void blockBitmap_eachBlock_hasABitOfItsOwn() {
    for (int block = 0; block < 128; block++) {
      BlockBitmap bitmap = BlockBitmap.EMPTY.with(block);
      byte[] expected = new byte[16];
      expected[block / 8] = (byte) (1 << block % 8);
      assertThat(bitmap.toBytes()).as("block %d", block).isEqualTo(expected);
      assertThat(bitmap.count()).isEqualTo(1);
      for (int other = 0; other < 128; other++) {
        assertThat(bitmap.contains(other)).isEqualTo(other == block);
      }
    }
  }

  @Test
  void blockBitmap_blockOrLengthOutside_isRefused() {
    assertThatThrownBy(() -> BlockBitmap.EMPTY.with(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BlockBitmap.EMPTY.contains(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BlockBitmap.EMPTY.contains(128))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BlockBitmap.ofBytes(new byte[15]))
        .isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> BlockBitmap.ofBytes(new byte[17]))
        .isInstanceOf(InvalidMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 11, 16})
  void extentBitmap_lastExtent_isTheHighestBitThatMayBeSet(int extentCount) {
    ExtentBitmap bitmap = new ExtentBitmap(extentCount);
    bitmap.add(extentCount - 1);
    byte[] encoded = bitmap.encode();
    int last = 16 + (extentCount - 1) / 8;

    assertThat(encoded).hasSize(last + 1 + Digest.BYTES);
    assertThat(encoded[last]).isEqualTo((byte) (1 << (extentCount - 1) % 8));
    ExtentBitmap read = ExtentBitmap.decode("bitmap", encoded);
    for (int extent = 0; extent < extentCount; extent++) {
      assertThat(read.contains(extent)).isEqualTo(extent == extentCount - 1);
    }
    assertThatThrownBy(() -> bitmap.add(extentCount)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> bitmap.contains(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void extentBitmap_bitBehindTheDisksEnd_isRefused() {
    byte[] forged = resealed(new ExtentBitmap(11), bytes -> bytes.put(17, (byte) 0b1000));
    assertThatThrownBy(() -> ExtentBitmap.decode("bitmap", forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("bitmap: has extents behind the disk's end");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, (1 << 20) + 1})
  void extentBitmap_countThatNoDiskHas_isRefused(int extentCount) {
    byte[] forged = resealed(new ExtentBitmap(11), bytes -> bytes.putInt(12, extentCount));
    assertThatThrownBy(() -> ExtentBitmap.decode("bitmap", forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("bitmap: " + extentCount + " extents are on no disk");
  }

  @Test
  void extentBitmap_limitsOfTheCount_areThoseOfDisks() {
    assertThat(new ExtentBitmap(1).cardinality()).isZero();
    assertThatThrownBy(() -> new ExtentBitmap(0)).isInstanceOf(InvalidMessageException.class);
    assertThatThrownBy(() -> new ExtentBitmap((1 << 20) + 1))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("a disk has 1 to 1048576 extents, not 1048577");
  }

  @Test
  void extentBitmap_reservedFieldOrBytesBehind_areRefused() {
    byte[] reserved = resealed(new ExtentBitmap(11), bytes -> bytes.putShort(10, (short) 1));
    assertThatThrownBy(() -> ExtentBitmap.decode("bitmap", reserved))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("bitmap: the reserved field is not 0");
    byte[] encoded = new ExtentBitmap(11).encode();
    assertThatThrownBy(
            () -> ExtentBitmap.decode("bitmap", Arrays.copyOf(encoded, encoded.length + 1)))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("bitmap: goes on behind its end");
  }

  private static byte[] resealed(ExtentBitmap bitmap, Consumer<ByteBuffer> change) {
    byte[] forged = bitmap.encode();
    change.accept(FormatOutput.over(forged));
    int digestAt = forged.length - Digest.BYTES;
    Digest.of(forged, 0, digestAt).writeTo(ByteBuffer.wrap(forged, digestAt, Digest.BYTES));
    return forged;
  }
}
