package dev.drover.protocol.format;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers an extent's changed blocks into a {@link Segment}. One builder serves one thread and is
 * used again for the next extent, so that a worker's memory stays what it was.
 *
 * <p>A segment has at most 64.25 MiB of frames (128 incompressible blocks). A builder holds them
 * all in memory, or so many of them as it is allowed to and the others in a file.
 */
public final class SegmentBuilder implements AutoCloseable {
  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private final List<SegmentEntry> entries = new ArrayList<>(DiskGeometry.BLOCKS_PER_EXTENT);
  private final FrameBuffer frames;

  /**
   * A builder with an empty segment that holds all of it in memory.
   *
   * @param zstdLevel −7 … 19; measured on one core: level 1 gives 554 MB/s at ratio 2.8, level 3
   *     saves 6 % of the bytes for 35 % of the speed
   */
  public SegmentBuilder(int zstdLevel) {
    this(zstdLevel, FrameBuffer.growing());
  }

  /**
   * A builder whose memory is bounded.
   *
   * @param memoryBytes at least 526,336: one frame
   * @param spillFile takes the frames that do not fit; it is made and unlinked when needed
   */
  public SegmentBuilder(int zstdLevel, int memoryBytes, Path spillFile) {
    this(zstdLevel, FrameBuffer.bounded(memoryBytes, spillFile));
  }

  private SegmentBuilder(int zstdLevel, FrameBuffer frames) {
    this.frames = frames;
    zstd.setLevel(zstdLevel);
  }

  /**
   * Appends a block. Blocks come in ascending order.
   *
   * @throws java.io.UncheckedIOException when the file does not take what memory cannot hold
   */
  public void addData(int block, Digest digest, byte[] data) {
    InvalidMessageException.require(
        data.length == DiskGeometry.BLOCK_BYTES, "a block has 524288 bytes, not " + data.length);
    addEntry(new SegmentEntry(block, SegmentEntry.Kind.DATA, frames.add(zstd, data), digest));
  }

  /** Appends a block of zeros: an entry without a frame. */
  public void addZero(int block) {
    addEntry(new SegmentEntry(block, SegmentEntry.Kind.ZERO, 0, DiskGeometry.ZERO_BLOCK));
  }

  /** Appends a block that the snapshot has already: an entry without a frame. */
  public void addKept(int block, Digest digest) {
    addEntry(new SegmentEntry(block, SegmentEntry.Kind.KEPT, 0, digest));
  }

  /** Whether no block was added since the last {@link #build}. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Number of blocks added since the last {@link #build}. */
  public int entryCount() {
    return entries.size();
  }

  /**
   * The segment of all blocks added. It shares this builder's memory and file: it is good until the
   * next block is added or the builder is reset or closed.
   */
  public Segment build(SegmentHeader header) {
    InvalidMessageException.require(!entries.isEmpty(), "a segment without blocks is not sent");
    InvalidMessageException.require(
        header.follows() != null || entries.stream().noneMatch(SegmentEntry::isKept),
        "a segment that follows no other one keeps nothing");
    byte[] headAndTable = headAndTable(header);
    Digest tableDigest = Digest.of(headAndTable);
    long lengthBytes =
        headAndTable.length + Digest.BYTES + frames.lengthBytes() + SegmentFormat.TRAILER_BYTES;
    byte[] head = Arrays.copyOf(headAndTable, headAndTable.length + Digest.BYTES);
    tableDigest.writeTo(ByteBuffer.wrap(head, headAndTable.length, Digest.BYTES));
    byte[] trailer = FormatOutput.buffer(SegmentFormat.TRAILER_BYTES).putLong(lengthBytes).array();
    Digest digest = SegmentFormat.contentDigest(header, entries);
    Segment segment =
        new Segment(header, List.copyOf(entries), digest, head, frames.content(), trailer);
    entries.clear();
    frames.restart();
    return segment;
  }

  /** Forgets the blocks added since the last {@link #build}, and that segment's bytes. */
  public void reset() {
    entries.clear();
    frames.clear();
  }

  @Override
  public void close() {
    try (frames) {
      zstd.close();
    }
  }

  private void addEntry(SegmentEntry entry) {
    InvalidMessageException.require(
        entries.isEmpty() || entries.getLast().block() < entry.block(),
        "block " + entry.block() + " is out of order");
    entries.add(entry);
  }

  private byte[] headAndTable(SegmentHeader header) {
    byte[] texts = texts(header);
    int headerBytes = SegmentFormat.FIXED_HEADER_BYTES + texts.length;
    byte[] encoded = new byte[headerBytes + entries.size() * SegmentFormat.ENTRY_BYTES];
    ByteBuffer buffer = FormatOutput.over(encoded);
    buffer.put(SegmentFormat.MAGIC).putShort((short) SegmentFormat.VERSION);
    buffer.putShort((short) SegmentFormat.flags(header));
    buffer.putInt(headerBytes).putInt(DiskGeometry.BLOCK_BYTES);
    buffer.putInt(DiskGeometry.BLOCKS_PER_EXTENT).putInt(SegmentFormat.CODEC_ZSTD);
    buffer.putInt(entries.size()).putLong(header.sizeBytes());
    buffer.putInt(header.coordinates().extent()).putInt(0);
    header.baseDigestList().writeTo(buffer);
    buffer.put(texts);
    for (SegmentEntry entry : entries) {
      buffer.putInt(entry.block());
      buffer.putInt(kind(entry));
      buffer.putInt(entry.storedBytes());
      entry.digest().writeTo(buffer);
    }
    return encoded;
  }

  private static int kind(SegmentEntry entry) {
    return switch (entry.kind()) {
      case DATA -> SegmentFormat.KIND_DATA;
      case ZERO -> SegmentFormat.KIND_ZERO;
      case KEPT -> SegmentFormat.KIND_KEPT;
    };
  }

  /** What has no fixed length, and what not every segment has. */
  private static byte[] texts(SegmentHeader header) {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    DiskDelta delta = header.coordinates().delta();
    SegmentFormat.texts(delta).forEach(text -> texts.writeBytes(FormatOutput.text(text)));
    Digest follows = header.follows();
    if (follows != null) {
      texts.writeBytes(follows.toBytes());
    }
    return texts.toByteArray();
  }
}
