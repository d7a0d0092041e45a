package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.TruncatedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource({
    "10, 1, the reserved field is not 0",
    "12, 31, a header of 31 bytes cannot be",
    "12, -1, a header of -1 bytes cannot be",
    "12, 513, a header of 513 bytes cannot be",
    "12, 32, the header is too short for its texts",
    "16, 1, blocks of 1 bytes",
    "20, 2, states 2 blocks for a disk of 1048577 bytes",
    "24, 1048575, states 3 blocks for a disk of 1048575 bytes"
  })
  void read_fieldOutsideItsLimits_isRefusedByName(int at, int value, String complaint)
      throws IOException {
    byte[] forged = sample();
    if (at == 10) {
      FormatOutput.over(forged).putShort(at, (short) value);
    } else {
      FormatOutput.over(forged).putInt(at, value);
    }
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("list: " + complaint);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, DiskGeometry.MAX_DISK_BYTES + 1})
  void read_sizeThatNoDiskHas_isRefused(long sizeBytes) throws IOException {
    byte[] forged = sample();
    FormatOutput.over(forged).putLong(24, sizeBytes);
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("bytes, not " + sizeBytes);
    assertThatThrownBy(
            () -> new DigestListHeader(SampleSegments.BASE, null, SampleSegments.DISK, sizeBytes))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void read_longestHeader_mustEndWithItsTexts() throws IOException {
    byte[] sample = sample();
    int headerBytes = FormatOutput.over(sample).getInt(12);
    byte[] forged = new byte[512 + sample.length - headerBytes];
    System.arraycopy(sample, 0, forged, 0, headerBytes);
    FormatOutput.over(forged).putInt(12, 512);
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("list: the header goes on behind its texts");
  }

  @Test
  void read_listOfAChild_knowsItsParent() throws IOException {
    SnapshotId parent = new SnapshotId("snap-fedcba98765432100");
    DigestListHeader child =
        new DigestListHeader(SampleSegments.BASE, parent, SampleSegments.DISK, 512);
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    DigestListWriter writer = new DigestListWriter(encoded, child);
    writer.add(Digest.ofText("block 0"));
    Digest written = writer.finish();

    DigestListReader reader =
        new DigestListReader("list", new ByteArrayInputStream(encoded.toByteArray()));
    assertThat(reader.header()).isEqualTo(child);
    assertThat(reader.hasNext()).isTrue();
    reader.next();
    assertThat(reader.finish()).isEqualTo(written);
  }

  @Test
  void next_behindTheLastBlock_isAMistakeOfTheCaller() throws IOException {
    DigestListReader reader = new DigestListReader("list", new ByteArrayInputStream(sample()));
    reader.next();
    reader.next();
    reader.next();
    assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void finish_bytesAppended_isRefused() throws IOException {
    byte[] sample = sample();
    assertThatThrownBy(() -> readAll(Arrays.copyOf(sample, sample.length + 1)))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("list: goes on behind its end");
  }

  @Test
  void add_moreThanTheDiskHas_isAMistakeOfTheCaller() throws IOException {
    DigestListWriter writer = new DigestListWriter(new ByteArrayOutputStream(), HEADER);
    for (int block = 0; block < 3; block++) {
      writer.add(DiskGeometry.ZERO_BLOCK);
    }
    assertThatThrownBy(() -> writer.add(DiskGeometry.ZERO_BLOCK))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void readAll(byte[] encoded) throws IOException {
    DigestListReader reader = new DigestListReader("list", new ByteArrayInputStream(encoded));
    while (reader.hasNext()) {
      reader.next();
    }
    reader.finish();
  }
}
