package dev.drover.protocol.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Segments that go on from what a generation before wrote. */
final class FollowingSegmentTest {
  private static final Digest BEFORE = Digest.ofText("the segment before");
  private static final Digest KEPT = Digest.ofText("a block that the snapshot has");

  private static SegmentHeader header(Digest follows) {
    SegmentHeader of = SampleSegments.header(0);
    return new SegmentHeader(
        of.coordinates(), of.baseDigestList(), of.sizeBytes(), of.zerosLeftOut(), follows);
  }

  /** Block 0 is zeros, 1 is kept, 127 is zeros. */
  static byte[] sample() {
    return SampleSegments.bytes(build(BEFORE));
  }

  private static Segment build(Digest follows) {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addZero(0);
      builder.addKept(1, KEPT);
      builder.addZero(127);
      return builder.build(header(follows));
    }
  }

  private static SegmentReader read(byte[] bytes) throws IOException {
    return new SegmentReader("a key", new ByteArrayInputStream(bytes), bytes.length);
  }

  private static void readAll(byte[] bytes) throws IOException {
    SegmentReader reader = read(bytes);
    while (reader.hasNext()) {
      reader.nextBlock();
    }
    reader.finish();
  }

  @Test
  void read_keptBlocks_areInTheTableAndNotCarried() throws IOException {
    SegmentReader reader = read(sample());
    assertThat(reader.header()).isEqualTo(header(BEFORE));
    assertThat(reader.entries()).extracting(SegmentEntry::block).containsExactly(0, 1, 127);
    assertThat(reader.entries().get(1))
        .isEqualTo(new SegmentEntry(1, SegmentEntry.Kind.KEPT, 0, KEPT));
    assertThat(reader.carried()).extracting(SegmentEntry::block).containsExactly(0, 127);
    assertThat(reader.nextBlock()).isEqualTo(new byte[DiskGeometry.BLOCK_BYTES]);
    assertThat(reader.nextBlock()).isEqualTo(new byte[DiskGeometry.BLOCK_BYTES]);
    assertThat(reader.hasNext()).isFalse();
    reader.finish();
  }

  @Test
  void digest_ofTheSameTable_isAnotherWhereItFollowsAnother() throws IOException {
    assertThat(read(sample()).digest()).isEqualTo(build(BEFORE).digest());
    assertThat(build(Digest.ofText("another")).digest()).isNotEqualTo(build(BEFORE).digest());
  }

  @Test
  void build_keptBlockWithoutASegmentBefore_isRefused() {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addKept(1, KEPT);
      assertThatThrownBy(() -> builder.build(SampleSegments.header(0)))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage("a segment that follows no other one keeps nothing");
    }
  }

  @Test
  void read_anyByteFlipped_isRefused() {
    byte[] good = sample();
    for (int position = 0; position < good.length; position++) {
      byte[] flipped = SampleSegments.flipped(good, position);
      assertThatThrownBy(() -> readAll(flipped))
          .isInstanceOfAny(FormatException.class, InvalidMessageException.class);
    }
  }

  @Test
  void read_keptBlockOfASegmentThatFollowsNone_isRefused() {
    byte[] forged;
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addZero(0);
      forged = SampleSegments.bytes(builder.build(SampleSegments.header(0)));
    }
    int table = FormatOutput.over(forged).getInt(12);
    FormatOutput.over(forged).putInt(table + Integer.BYTES, SegmentFormat.KIND_KEPT);
    assertThatThrownBy(() -> read(forged))
        .isInstanceOf(FormatException.class)
        .isNotInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("block 0 of kind 3 cannot have 0 stored bytes");
  }
}
