package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.message.MessageJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final Digest FIRST = Digest.ofText("extent 0");
  private static final Digest SECOND = Digest.ofText("extent 1");
  private static final Digest SEGMENT = Digest.ofText("segment 1");

  static byte[] sample() throws IOException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    ManifestWriter writer = new ManifestWriter(encoded, manifest(1));
    writer.add(new Manifest.Extent(FIRST, null));
    writer.add(new Manifest.Extent(SECOND, SEGMENT));
    writer.finish();
    return encoded.toByteArray();
  }

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    ManifestReader reader = new ManifestReader("manifest", new ByteArrayInputStream(sample()));

    assertThat(reader.manifest()).isEqualTo(manifest(1));
    assertThat(reader.next()).isEqualTo(new Manifest.Extent(FIRST, null));
    assertThat(reader.next()).isEqualTo(new Manifest.Extent(SECOND, SEGMENT));
    reader.finish();
    assertThat(reader.hasNext()).isFalse();
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
  void finish_extentsContradictTheHead_isRefused() throws IOException {
    ManifestWriter writer = new ManifestWriter(new ByteArrayOutputStream(), manifest(2));
    writer.add(new Manifest.Extent(FIRST, null));
    writer.add(new Manifest.Extent(SECOND, SEGMENT));
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
  }

  private static Manifest manifest(int extentsSent) {
    DigestChain disk = new DigestChain();
    disk.add(FIRST);
    disk.add(SECOND);
    return new Manifest(
        MessageJson.VERSION,
        SampleSegments.DELTA,
        ReadMode.FULL,
        SampleSegments.SIZE_BYTES,
        SampleSegments.TIME,
        disk.finish(),
        extentsSent,
        3,
        SampleSegments.SIZE_BYTES,
        3L * DiskGeometry.BLOCK_BYTES,
        4096);
  }

  private static void readAll(byte[] encoded) throws IOException {
    ManifestReader reader = new ManifestReader("manifest", new ByteArrayInputStream(encoded));
    while (reader.hasNext()) {
      reader.next();
    }
    reader.finish();
  }
}
