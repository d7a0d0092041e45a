package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.FormatException;
import org.junit.jupiter.api.Test;

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
}
