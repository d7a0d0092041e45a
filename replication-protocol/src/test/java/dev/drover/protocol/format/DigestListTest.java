package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.TruncatedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DigestListTest {
  private static final DigestListHeader HEADER =
      new DigestListHeader(
          SampleSegments.BASE, null, SampleSegments.DISK, 2L * DiskGeometry.BLOCK_BYTES + 1);

  static byte[] sample() throws IOException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    DigestListWriter writer = new DigestListWriter(encoded, HEADER);
    writer.add(Digest.ofText("block 0"));
    writer.add(Digest.NEVER_WRITTEN);
    writer.add(DiskGeometry.ZERO_BLOCK);
    writer.finish();
    return encoded.toByteArray();
  }

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    byte[] encoded = sample();
    DigestListReader reader = new DigestListReader("list", new ByteArrayInputStream(encoded));

    assertThat(reader.header()).isEqualTo(HEADER);
    assertThat(reader.next()).isEqualTo(Digest.ofText("block 0"));
    assertThat(reader.next()).isEqualTo(Digest.NEVER_WRITTEN);
    assertThat(reader.next()).isEqualTo(DiskGeometry.ZERO_BLOCK);
    assertThat(reader.hasNext()).isFalse();
    assertThat(reader.finish()).isEqualTo(Digest.of(encoded, 0, encoded.length - Digest.BYTES));
    assertThat(DigestListWriter.encodedBytes(HEADER)).isEqualTo(encoded.length);
  }

  @Test
  void read_anyBitFlipped_isRefused() throws IOException {
    byte[] encoded = sample();
    for (int position = 0; position < encoded.length; position++) {
      byte[] flipped = SampleSegments.flipped(encoded, position);
      assertThatThrownBy(() -> readAll(flipped))
          .as("bit flipped in byte %d", position)
          .isInstanceOfAny(FormatException.class, InvalidMessageException.class);
    }
  }

  @Test
  void read_cutAnywhere_isTruncated() throws IOException {
    byte[] encoded = sample();
    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = SampleSegments.cut(encoded, length);
      assertThatThrownBy(() -> readAll(cut))
          .as("cut to %d bytes", length)
          .isInstanceOf(TruncatedException.class);
    }
  }

  @Test
  void finish_digestsMissing_isRefused() throws IOException {
    DigestListWriter writer = new DigestListWriter(new ByteArrayOutputStream(), HEADER);
    writer.add(DiskGeometry.ZERO_BLOCK);
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
  }

  private static void readAll(byte[] encoded) throws IOException {
    DigestListReader reader = new DigestListReader("list", new ByteArrayInputStream(encoded));
    while (reader.hasNext()) {
      reader.next();
    }
    reader.finish();
  }
}
