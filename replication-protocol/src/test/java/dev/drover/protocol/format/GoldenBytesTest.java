package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.DiskGeometry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The bytes of version 1, kept for ever: objects that an earlier build staged must still be read,
 * and what this build writes must be what an earlier one reads. A change that turns this red needs
 * a version 2 beside version 1, never another golden file.
 *
 * <p>zstd may compress better one day, so the segment with data is only read; everything else is
 * compared byte for byte.
 */
class GoldenBytesTest {
  @Test
  void segmentWithData_version1_isRead() throws IOException {
    byte[] golden = golden("segment-data-v1.hex");
    SegmentReader reader =
        new SegmentReader("golden", new ByteArrayInputStream(golden), golden.length);

    assertThat(reader.header()).isEqualTo(SampleSegments.header(1));
    assertThat(reader.nextBlock()).isEqualTo(SampleSegments.block(128));
    assertThat(reader.nextBlock()).isEqualTo(new byte[DiskGeometry.BLOCK_BYTES]);
    assertThat(reader.nextBlock()).isEqualTo(SampleSegments.block(130));
    reader.finish();
  }

  @Test
  void segmentOfZeros_version1_isWritten() throws IOException {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addZero(0);
      builder.addZero(127);
      byte[] written = SampleSegments.bytes(builder.build(SampleSegments.header(0)));
      assertThat(hex(written)).isEqualTo(hex(golden("segment-zeros-v1.hex")));
    }
  }

  @Test
  void segmentThatFollows_version1_isWritten() throws IOException {
    assertThat(hex(FollowingSegmentTest.sample())).isEqualTo(hex(golden("segment-follows-v1.hex")));
  }

  @Test
  void writtenExtents_version1_isWritten() throws IOException {
    assertThat(hex(WrittenExtentsTest.sample())).isEqualTo(hex(golden("written-extents-v1.hex")));
  }

  @Test
  void digestList_version1_isWritten() throws IOException {
    assertThat(hex(DigestListTest.sample())).isEqualTo(hex(golden("digest-list-v1.hex")));
  }

  @Test
  void manifest_version1_isWritten() throws IOException {
    assertThat(hex(ManifestTest.sample())).isEqualTo(hex(golden("manifest-v1.hex")));
  }

  @Test
  void extentBitmap_version1_isWritten() throws IOException {
    ExtentBitmap bitmap = new ExtentBitmap(11);
    bitmap.add(0);
    bitmap.add(10);
    assertThat(hex(bitmap.encode())).isEqualTo(hex(golden("extent-bitmap-v1.hex")));
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenBytesTest.class.getResourceAsStream("/golden/" + name)) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      Objects.requireNonNull(in, "no golden file " + name).transferTo(text);
      return HexFormat.of()
          .parseHex(text.toString(StandardCharsets.US_ASCII).replaceAll("\\s", ""));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
