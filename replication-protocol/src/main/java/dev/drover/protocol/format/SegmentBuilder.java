package dev.drover.protocol.format;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers an extent's changed blocks into a {@link Segment}. One builder serves one thread and is
 * used again for the next extent, so that a worker's memory stays what it was.
 *
 * <p>At most 64.25 MiB of frames (128 incompressible blocks) are held; the buffer grows to that
 * only when data asks for it, and stays so large for the next extent.
 */
public final class SegmentBuilder implements AutoCloseable {
  private static final int FIRST_BUFFER_BYTES = 4 << 20;

  /** 128 frames of blocks that cannot be compressed: 64.25 MiB. */
  private static final int MAX_BUFFER_BYTES =
      DiskGeometry.BLOCKS_PER_EXTENT * SegmentFormat.MAX_FRAME_BYTES;

  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private final List<SegmentEntry> entries = new ArrayList<>(DiskGeometry.BLOCKS_PER_EXTENT);
  private byte[] frames = new byte[FIRST_BUFFER_BYTES];
  private int framesBytes;

  /**
   * A builder with an empty segment.
   *
   * @param zstdLevel −7 … 19; measured on one core: level 1 gives 554 MB/s at ratio 2.8, level 3
   *     saves 6 % of the bytes for 35 % of the speed
   */
  public SegmentBuilder(int zstdLevel) {
    zstd.setLevel(zstdLevel);
  }

  /** Appends a block. Blocks come in ascending order. */
  public void addData(int block, Digest digest, byte[] data) {
    InvalidMessageException.require(
        data.length == DiskGeometry.BLOCK_BYTES, "a block has 524288 bytes, not " + data.length);
    ensureRoom(SegmentFormat.MAX_FRAME_BYTES);
    int stored =
        zstd.compressByteArray(
            frames, framesBytes, frames.length - framesBytes, data, 0, data.length);
    framesBytes += stored;
    addEntry(new SegmentEntry(block, stored, digest));
  }

  /** Appends a block of zeros: an entry without a frame. */
  public void addZero(int block) {
    addEntry(new SegmentEntry(block, 0, DiskGeometry.ZERO_BLOCK));
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
   * The segment of all blocks added. It shares this builder's buffer: it is good until the next
   * block is added.
   */
  public Segment build(SegmentHeader header) {
    InvalidMessageException.require(!entries.isEmpty(), "a segment without blocks is not sent");
    byte[] headAndTable = headAndTable(header);
    Digest tableDigest = Digest.of(headAndTable);
    long lengthBytes =
        (long) headAndTable.length + Digest.BYTES + framesBytes + SegmentFormat.TRAILER_BYTES;
    byte[] head = Arrays.copyOf(headAndTable, headAndTable.length + Digest.BYTES);
    tableDigest.writeTo(ByteBuffer.wrap(head, headAndTable.length, Digest.BYTES));
    byte[] trailer = FormatOutput.buffer(SegmentFormat.TRAILER_BYTES).putLong(lengthBytes).array();
    Digest digest = SegmentFormat.contentDigest(header, entries);
    Segment segment =
        new Segment(header, List.copyOf(entries), digest, head, frames, framesBytes, trailer);
    entries.clear();
    framesBytes = 0;
    return segment;
  }

  /** Forgets the blocks added since the last {@link #build}. */
  public void reset() {
    entries.clear();
    framesBytes = 0;
  }

  @Override
  public void close() {
    zstd.close();
  }

  private void addEntry(SegmentEntry entry) {
    InvalidMessageException.require(
        entries.isEmpty() || entries.getLast().block() < entry.block(),
        "block " + entry.block() + " is out of order");
    entries.add(entry);
  }

  private void ensureRoom(int bytes) {
    int neededBytes = framesBytes + bytes;
    if (frames.length < neededBytes) {
      int grownBytes = Math.min(2 * frames.length, MAX_BUFFER_BYTES);
      frames = Arrays.copyOf(frames, Math.max(grownBytes, neededBytes));
    }
  }

  private byte[] headAndTable(SegmentHeader header) {
    byte[] texts = texts(header.coordinates().delta());
    int headerBytes = SegmentFormat.FIXED_HEADER_BYTES + texts.length;
    byte[] encoded = new byte[headerBytes + entries.size() * SegmentFormat.ENTRY_BYTES];
    ByteBuffer buffer = FormatOutput.over(encoded);
    buffer.put(SegmentFormat.MAGIC).putShort((short) SegmentFormat.VERSION);
    buffer.putShort((short) (header.zerosLeftOut() ? SegmentFormat.FLAG_ZEROS_LEFT_OUT : 0));
    buffer.putInt(headerBytes).putInt(DiskGeometry.BLOCK_BYTES);
    buffer.putInt(DiskGeometry.BLOCKS_PER_EXTENT).putInt(SegmentFormat.CODEC_ZSTD);
    buffer.putInt(entries.size()).putLong(header.sizeBytes());
    buffer.putInt(header.coordinates().extent()).putInt(0);
    header.baseDigestList().writeTo(buffer);
    buffer.put(texts);
    for (SegmentEntry entry : entries) {
      buffer.putInt(entry.block());
      buffer.putInt(entry.isZero() ? SegmentFormat.KIND_ZERO : SegmentFormat.KIND_DATA);
      buffer.putInt(entry.storedBytes());
      entry.digest().writeTo(buffer);
    }
    return encoded;
  }

  private static byte[] texts(DiskDelta delta) {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    SegmentFormat.texts(delta).forEach(text -> texts.writeBytes(FormatOutput.text(text)));
    return texts.toByteArray();
  }
}
