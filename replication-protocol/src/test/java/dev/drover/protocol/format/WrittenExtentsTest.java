package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WrittenExtentsTest {
  private static final DiskGeometry GEOMETRY =
      new DiskGeometry(1002 * DiskGeometry.EXTENT_BYTES + DiskGeometry.BLOCK_BYTES);
  private static final WrittenExtents.Extent WRITTEN =
      new WrittenExtents.Extent(
          1000,
          digest("segment"),
          BlockBitmap.EMPTY.with(0).with(127),
          List.of(digest("first"), digest("last")));

  private static Digest digest(String of) {
    return Digest.of(of.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] sample() {
    return WrittenExtents.encode(List.of(WrittenExtents.Extent.unsure(1002), WRITTEN));
  }

  private static WrittenExtents decode(byte[] encoded) {
    return WrittenExtents.decode("a key", encoded, 1, GEOMETRY);
  }

  @Test
  void decode_whatWasEncoded_isTheSame() {
    byte[] encoded = sample();
    WrittenExtents decoded = decode(encoded);
    assertThat(decoded.find(1000)).isEqualTo(WRITTEN);
    assertThat(decoded.find(1001)).isNull();
    WrittenExtents.Extent unsure = decoded.find(1002);
    assertThat(unsure).isNotNull().satisfies(each -> assertThat(each.isUnsure()).isTrue());
    assertThat(encoded).hasSize(16 + 8 + 32 + 16 + 2 * 32 + 8 + 32);
  }

  @Test
  void decode_anyByteChangedOrCut_isRefused() {
    byte[] encoded = WrittenExtents.encode(List.of(WRITTEN));
    for (int at = 0; at < encoded.length; at++) {
      byte[] changed = encoded.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> decode(changed))
          .isInstanceOfAny(FormatException.class, InvalidMessageException.class);
    }
    byte[] cut = java.util.Arrays.copyOf(encoded, encoded.length - 1);
    assertThatThrownBy(() -> decode(cut)).isInstanceOf(FormatException.class);
  }

  @Test
  void decode_extentsOfAnotherGroupOrNoBlockOfTheDisk_areRefused() {
    WrittenExtents.Extent other = WrittenExtents.Extent.unsure(999);
    assertThatThrownBy(() -> decode(WrittenExtents.encode(List.of(other))))
        .isInstanceOf(FormatException.class);
    WrittenExtents.Extent behind =
        new WrittenExtents.Extent(
            1002, digest("segment"), BlockBitmap.EMPTY.with(1), List.of(digest("none")));
    assertThatThrownBy(() -> decode(WrittenExtents.encode(List.of(behind))))
        .isInstanceOf(FormatException.class);
  }
}
