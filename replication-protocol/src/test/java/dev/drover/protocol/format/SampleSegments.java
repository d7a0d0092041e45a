package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.SnapshotId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;

/** Segments, ids and times that the tests of this module share. */
public final class SampleSegments {
  public static final EnvironmentName ENVIRONMENT = new EnvironmentName("site");
  public static final JobId JOB = new JobId("sms-job-1a2b3c4d");
  public static final RunId RUN = new RunId("sms-run-5e6f7a8b");
  public static final DiskId DISK = DiskId.of("web-1", "root.img");
  public static final SnapshotId BASE = new SnapshotId("snap-0123456789abcdef0");
  public static final Instant TIME = Instant.parse("2026-11-23T14:00:00Z");
  public static final Generation GENERATION = Generation.of(TIME, "snapshot-1");
  public static final DiskDelta DELTA =
      new DiskDelta(ENVIRONMENT, JOB, RUN, DISK, BASE, GENERATION);
  static final long SIZE_BYTES = DiskGeometry.EXTENT_BYTES + 3L * DiskGeometry.BLOCK_BYTES - 512;

  private SampleSegments() {}

  public static SegmentHeader header(int extent) {
    return new SegmentHeader(
        new SegmentCoordinates(DELTA, extent),
        Digest.ofText("the base's digest list"),
        SIZE_BYTES,
        false);
  }

  /** Blocks 128 (text), 129 (zeros) and 130 (text, the disk's last block). */
  static byte[] threeBlocks() {
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addData(128, Digest.of(block(128)), block(128));
      builder.addZero(129);
      builder.addData(130, Digest.of(block(130)), block(130));
      return bytes(builder.build(header(1)));
    }
  }

  /** A segment of one block whose table is right in itself but whose frame is this one. */
  static byte[] withFrame(byte[] frame) {
    byte[] honest;
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      builder.addData(128, Digest.of(block(128)), block(128));
      honest = bytes(builder.build(header(1)));
    }
    int headerBytes = FormatOutput.over(honest).getInt(12);
    int tableEnd = headerBytes + SegmentFormat.ENTRY_BYTES;
    byte[] head = Arrays.copyOf(honest, tableEnd);
    FormatOutput.over(head).putInt(headerBytes + 8, frame.length);
    int totalBytes = tableEnd + Digest.BYTES + frame.length + Long.BYTES;
    ByteBuffer forged = ByteBuffer.allocate(totalBytes).order(ByteOrder.LITTLE_ENDIAN);
    forged.put(head).put(Digest.of(head).toBytes()).put(frame).putLong(totalBytes);
    return forged.array();
  }

  static byte[] block(int index) {
    byte[] block = new byte[DiskGeometry.BLOCK_BYTES];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) (i * 31 + index + i / 4096);
    }
    return block;
  }

  static byte[] bytes(Segment segment) {
    try {
      return segment.openStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] flipped(byte[] bytes, int position) {
    byte[] copy = bytes.clone();
    copy[position] ^= 0x10;
    return copy;
  }

  static byte[] cut(byte[] bytes, int lengthBytes) {
    return Arrays.copyOf(bytes, lengthBytes);
  }
}
