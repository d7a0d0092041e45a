package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.ObjectKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * The bytes of a segment, version 1; {@code FORMAT.md} has the same picture with its reasons.
 *
 * <pre>
 *  0  8  magic "DRVRSEGM"
 *  8  2  version = 1
 * 10  2  flags (bit 0: zero blocks left out; bit 1: it follows another segment)
 * 12  4  header length H, from byte 0 to the table
 * 16  4  block size            20  4  blocks per extent
 * 24  4  codec (1 = zstd)      28  4  entry count N, 1 … 128
 * 32  8  disk size in bytes    40  4  extent      44  4  reserved, 0
 * 48 32  digest of the base's digest list
 * 80     six texts: environment, job, run, disk, generation, base (each 2 bytes length, UTF-8)
 *    32  with bit 1: digest of the segment that it follows
 *  H 44N table: block 4, kind 4 (1 = data, 2 = zero, 3 = kept), stored length 4, SHA-256 32
 *    32  digest over all bytes before it
 *        frames, in the table's order
 *     8  total length in bytes, these 8 included
 * </pre>
 */
final class SegmentFormat {
  static final byte[] MAGIC = "DRVRSEGM".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;
  static final int FLAG_ZEROS_LEFT_OUT = 1;
  static final int FLAG_FOLLOWS = 2;
  static final int CODEC_ZSTD = 1;
  static final int KIND_DATA = 1;
  static final int KIND_ZERO = 2;
  static final int KIND_KEPT = 3;
  static final int FIXED_HEADER_BYTES = 80;
  static final int ENTRY_BYTES = 12 + Digest.BYTES;
  static final int TRAILER_BYTES = Long.BYTES;

  /** Six texts of at most 64 characters each are far below; a longer header is a lie. */
  static final int MAX_HEADER_BYTES = 1024;

  /** zstd's own bound for 512 KiB is 526,336 bytes; a frame that is longer is none of ours. */
  static final int MAX_FRAME_BYTES = 526_336;

  private SegmentFormat() {}

  /**
   * The segment's digest, which names its content in manifest and receipt: over disk size, extent,
   * flags, the base's digest list, the six texts, what it follows, and block and SHA-256 of each
   * entry. How well the frames were compressed is no part of it, so that the same blocks sent by
   * another version of zstd are the same segment.
   */
  static Digest contentDigest(SegmentHeader header, List<SegmentEntry> entries) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(
        FormatOutput.buffer(Long.BYTES + 3 * Integer.BYTES)
            .putLong(header.sizeBytes())
            .putInt(header.coordinates().extent())
            .putInt(flags(header))
            .putInt(entries.size())
            .array());
    header.baseDigestList().feed(sha256);
    for (String text : texts(header.coordinates().delta())) {
      sha256.update(FormatOutput.text(text));
    }
    Digest follows = header.follows();
    if (follows != null) {
      follows.feed(sha256);
    }
    for (SegmentEntry entry : entries) {
      sha256.update(FormatOutput.buffer(Integer.BYTES).putInt(entry.block()).array());
      entry.digest().feed(sha256);
    }
    return Digest.finish(sha256);
  }

  static int flags(SegmentHeader header) {
    return (header.zerosLeftOut() ? FLAG_ZEROS_LEFT_OUT : 0)
        | (header.follows() == null ? 0 : FLAG_FOLLOWS);
  }

  /** The header's texts in their order. */
  static List<String> texts(DiskDelta delta) {
    return List.of(
        delta.environment().value(),
        delta.jobId().value(),
        delta.runId().value(),
        delta.diskId().value(),
        delta.generation().value(),
        ObjectKeys.baseText(delta.base()));
  }
}
