package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InconsistentLengthException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.ReadMode;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.message.MessageJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final int JSON_BYTES_AT = 12;
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

  @Test
  void read_reservedField_isRefused() throws IOException {
    byte[] forged = sample();
    forged[10] = 1;
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("manifest: the reserved field is not 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 16_385})
  void read_headOutsideItsLimits_isRefused(int jsonBytes) throws IOException {
    byte[] forged = sample();
    FormatOutput.over(forged).putInt(JSON_BYTES_AT, jsonBytes);
    assertThatThrownBy(() -> readAll(forged))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("manifest: a head of " + jsonBytes + " bytes cannot be");
  }

  @Test
  void read_longestHead_isRead() throws IOException {
    String json = MessageJson.writeText(manifest(1));
    byte[] longest =
        sealed(json + " ".repeat(16_384 - json.length()), FIRST, null, SECOND, SEGMENT);
    readAll(longest);
  }

  @Test
  void read_extentsContradictTheHead_isRefused() {
    String json = MessageJson.writeText(manifest(1));
    assertThatThrownBy(() -> readAll(sealed(json, FIRST, SEGMENT, SECOND, SEGMENT)))
        .isInstanceOf(InconsistentLengthException.class)
        .hasMessage("manifest: states 1 extents sent, lists 2");
    assertThatThrownBy(() -> readAll(sealed(json, SECOND, null, FIRST, SEGMENT)))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessage("manifest: the whole-disk digest is not that of its extents");
  }

  @Test
  void read_bytesAppended_isRefused() throws IOException {
    byte[] sample = sample();
    assertThatThrownBy(() -> readAll(Arrays.copyOf(sample, sample.length + 1)))
        .isInstanceOf(InconsistentLengthException.class);
  }

  @Test
  void next_behindTheLastExtent_isAMistakeOfTheCaller() throws IOException {
    ManifestReader reader = new ManifestReader("manifest", new ByteArrayInputStream(sample()));
    reader.next();
    reader.next();
    assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void add_moreOrFewerThanTheDiskHas_isAMistakeOfTheCaller() throws IOException {
    ManifestWriter writer = new ManifestWriter(new ByteArrayOutputStream(), manifest(0));
    writer.add(new Manifest.Extent(FIRST, null));
    assertThatThrownBy(writer::finish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("1 extents are still to come");
    writer.add(new Manifest.Extent(SECOND, null));
    assertThatThrownBy(() -> writer.add(new Manifest.Extent(SECOND, null)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the disk has no more extents");
    writer.finish();
  }

  @Test
  void finish_anotherDiskDigest_isRefused() throws IOException {
    ManifestWriter writer = new ManifestWriter(new ByteArrayOutputStream(), manifest(1));
    writer.add(new Manifest.Extent(SECOND, null));
    writer.add(new Manifest.Extent(FIRST, SEGMENT));
    assertThatThrownBy(writer::finish)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(SampleSegments.DISK.value());
  }

  /** The disk has 2 extents and 131 blocks. */
  @ParameterizedTest
  @CsvSource({
    "extentsSent, -1, extentsSent is -1",
    "extentsSent, 3, extentsSent is 3",
    "blocksChanged, 0, blocksChanged is 0",
    "blocksChanged, 132, blocksChanged is 132",
    "bytesRead, -1, a count of bytes is negative",
    "bytesChanged, -1, a count of bytes is negative",
    "bytesSent, -1, a count of bytes is negative",
    "sizeBytes, 0, 'a disk has 1 to 70368744177664 bytes, not 0'"
  })
  void read_countThatCannotBe_isRefused(String field, long value, String complaint) {
    ObjectNode json = json();
    json.put(field, value);
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("manifest: " + complaint);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "2, 2, 0", "1, 131, 1"})
  void read_countsAtTheirLimits_areTaken(int extentsSent, int blocksChanged, long bytes) {
    ObjectNode json = json();
    json.put("extentsSent", extentsSent).put("blocksChanged", blocksChanged);
    json.put("bytesRead", bytes).put("bytesChanged", bytes).put("bytesSent", bytes);
    assertThat(read(json).blocksChanged()).isEqualTo(blocksChanged);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "environment",
        "jobId",
        "runId",
        "diskId",
        "generation",
        "readMode",
        "vmSnapshotTime",
        "diskDigest"
      })
  void read_partMissing_isNamed(String field) {
    ObjectNode json = json();
    json.remove(field);
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("manifest: " + field + " is missing");
  }

  @Test
  void read_manifestOfAFirstCopy_hasNoBase() {
    ObjectNode json = json();
    json.remove("base");
    Manifest read = read(json);
    assertThat(read.delta().base()).isNull();
    assertThat(MessageJson.writeText(read)).isEqualTo(json.toString());
  }

  /** What a later version leaves out must not be blamed on the sender. */
  @Test
  void read_laterVersionWithoutAnEnvironment_isOfAnUnknownVersion() {
    ObjectNode json = json();
    json.put("version", 2).remove("environment");
    assertThatThrownBy(() -> read(json)).isInstanceOf(UnknownVersionException.class);
  }

  @Test
  void create_laterVersion_isRefused() {
    Manifest known = manifest(1);
    assertThatThrownBy(
            () ->
                new Manifest(
                    2,
                    known.delta(),
                    known.readMode(),
                    known.sizeBytes(),
                    known.vmSnapshotTime(),
                    known.diskDigest(),
                    known.extentsSent(),
                    known.blocksChanged(),
                    known.bytesRead(),
                    known.bytesChanged(),
                    known.bytesSent()))
        .isInstanceOf(UnknownVersionException.class);
  }

  private static ObjectNode json() {
    return MessageJson.read("json", MessageJson.write(manifest(1)), ObjectNode.class);
  }

  private static Manifest read(ObjectNode json) {
    return MessageJson.read("manifest", json.toString(), Manifest.class);
  }

  /** A manifest object of two extents that contradicts itself but not its digest. */
  private static byte[] sealed(
      String json, Digest first, @Nullable Digest firstSent, Digest second, Digest secondSent)
      throws IOException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    FormatOutput out = new FormatOutput(encoded);
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    out.put(Arrays.copyOf(sample(), JSON_BYTES_AT));
    out.put(FormatOutput.buffer(Integer.BYTES).putInt(utf8.length).array());
    out.put(utf8);
    out.put(first);
    out.put(firstSent == null ? Digest.NEVER_WRITTEN : firstSent);
    out.put(second);
    out.put(secondSent);
    out.putDigest();
    return encoded.toByteArray();
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
