package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    byte[] cut = Arrays.copyOf(encoded, encoded.length - 1);
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

  @ParameterizedTest
  @CsvSource({
    "10, 256, the reserved field is not 0",
    "12, 0, 0 entries cannot be",
    "12, 1001, 1001 entries cannot be",
    "20, 0, extent 1000 is of kind 0",
    "20, 3, extent 1000 is of kind 3"
  })
  void decode_fieldOutsideItsLimits_isRefusedByName(int at, int value, String complaint) {
    byte[] forged = WrittenExtents.encode(List.of(WRITTEN));
    ByteBuffer bytes = FormatOutput.over(forged);
    if (at == 10) {
      bytes.putShort(at, (short) value);
    } else {
      bytes.putInt(at, value);
    }
    int digestAt = forged.length - Digest.BYTES;
    Digest.of(forged, 0, digestAt).writeTo(bytes.position(digestAt));
    assertThatThrownBy(() -> decode(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("a key: " + complaint);
  }

  @Test
  void decode_oneExtentOrAWholeGroup_isRead() {
    WrittenExtents one = decode(WrittenExtents.encode(List.of(WRITTEN)));
    assertThat(one.find(1000)).isEqualTo(WRITTEN);
    List<WrittenExtents.Extent> all =
        IntStream.range(0, WrittenExtents.GROUP_EXTENTS)
            .mapToObj(WrittenExtents.Extent::unsure)
            .toList();
    WrittenExtents group = WrittenExtents.decode("a key", WrittenExtents.encode(all), 0, GEOMETRY);
    assertThat(all).allSatisfy(each -> assertThat(group.find(each.extent())).isEqualTo(each));
  }

  @Test
  void decode_theDisksShortLastExtent_isRead() {
    WrittenExtents.Extent last =
        new WrittenExtents.Extent(
            1002, digest("segment"), BlockBitmap.EMPTY.with(0), List.of(digest("only")));
    assertThat(decode(WrittenExtents.encode(List.of(last))).find(1002)).isEqualTo(last);
  }

  @Test
  void decode_anExtentTwiceOrBehindTheDisk_isRefused() {
    assertThatThrownBy(() -> decode(WrittenExtents.encode(List.of(WRITTEN, WRITTEN))))
        .hasMessage("a key: extent 1000 is out of order or outside its group");
    WrittenExtents.Extent behind = WrittenExtents.Extent.unsure(GEOMETRY.extentCount());
    assertThatThrownBy(() -> decode(WrittenExtents.encode(List.of(behind))))
        .hasMessage("a key: extent 1003 is out of order or outside its group");
  }

  @Test
  void decode_bytesBehindTheDigest_areRefused() {
    byte[] encoded = sample();
    byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
    assertThatThrownBy(() -> decode(longer))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("a key: goes on behind its end");
  }

  @Test
  void extent_withoutADigestForEachWrittenBlock_isRefused() {
    assertThat(WRITTEN.isUnsure()).isFalse();
    assertThatThrownBy(
            () -> new WrittenExtents.Extent(1000, digest("segment"), WRITTEN.written(), List.of()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("0 digests of 2 written blocks");
  }
}
