package dev.drover.protocol.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.drover.protocol.DecompressionBombException;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.Generation;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.TruncatedException;
import dev.drover.protocol.UnknownVersionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a segment as a stream: header and table are checked as a whole before the first block is
 * given, each block is checked against the table before it is given, and the end is checked by
 * {@link #finish}. No length of the object is believed before it is compared with its limit.
 *
 * <p>Errors are the {@link FormatException}s and {@link InvalidMessageException}; each names the
 * object and, in a block, the block.
 */
public final class SegmentReader {
  private static final int KNOWN_FLAGS =
      SegmentFormat.FLAG_ZEROS_LEFT_OUT | SegmentFormat.FLAG_FOLLOWS;

  private final FormatInput in;
  private final long objectBytes;
  private final SegmentHeader header;
  private final List<SegmentEntry> entries;
  private final List<SegmentEntry> carried;
  private final Digest digest;
  private int nextEntry;

  /**
   * Reads and checks header and table.
   *
   * @param what the object's name in errors, for example its key
   * @param source the object's bytes; the caller closes it
   * @param objectBytes the object's length as the store tells it
   */
  public SegmentReader(String what, InputStream source, long objectBytes) throws IOException {
    this.in = new FormatInput(what, source);
    this.objectBytes = objectBytes;
    in.begin(SegmentFormat.MAGIC, SegmentFormat.VERSION);
    int flags = in.bytes(Short.BYTES).getShort() & 0xFFFF;
    in.requireLength((flags & ~KNOWN_FLAGS) == 0, "unknown flags " + flags);
    int headerBytes = in.bytes(Integer.BYTES).getInt();
    in.requireLength(
        headerBytes >= SegmentFormat.FIXED_HEADER_BYTES
            && headerBytes <= SegmentFormat.MAX_HEADER_BYTES,
        "a header of " + headerBytes + " bytes cannot be");
    ByteBuffer rest = in.bytes(headerBytes - Math.toIntExact(in.position()));
    int entryCount = fixedPart(rest);
    this.header = header(rest, flags);
    this.entries = table(entryCount);
    this.carried = entries.stream().filter(entry -> !entry.isKept()).toList();
    in.checkDigest();
    this.digest = SegmentFormat.contentDigest(header, entries);
    checkTotalLength();
  }

  /** What the segment says of itself. */
  public SegmentHeader header() {
    return header;
  }

  /** Its table, ascending by block. */
  public List<SegmentEntry> entries() {
    return entries;
  }

  /** What of its table it carries, in the order of {@link #nextBlock}. */
  public List<SegmentEntry> carried() {
    return carried;
  }

  /** What names the segment's content in manifest and receipt; compression is no part of it. */
  public Digest digest() {
    return digest;
  }

  /** Whether {@link #nextBlock} has another block. */
  public boolean hasNext() {
    return nextEntry < carried.size();
  }

  /** The next block that it carries, 512 KiB in an array of its own, checked. */
  public byte[] nextBlock() throws IOException {
    SegmentEntry entry = carried.get(nextEntry);
    nextEntry++;
    byte[] block = new byte[DiskGeometry.BLOCK_BYTES];
    if (entry.isZero()) {
      return block;
    }
    expand(entry, in.array(entry.storedBytes()), block);
    Digest actual = Digest.of(block);
    if (!actual.equals(entry.digest())) {
      throw new DigestMismatchException(
          named(entry) + " has digest " + actual + ", the table says " + entry.digest());
    }
    return block;
  }

  /** Checks the object's end. Until this has returned, the segment is not known to be whole. */
  public void finish() throws IOException {
    if (hasNext()) {
      throw new IllegalStateException("finish() comes after the last block");
    }
    long stated = in.bytes(Long.BYTES).getLong();
    in.requireLength(
        stated == in.position(), "states " + stated + " bytes but has " + in.position());
    in.end();
  }

  private int fixedPart(ByteBuffer rest) {
    int blockBytes = rest.getInt();
    int blocksPerExtent = rest.getInt();
    int codec = rest.getInt();
    int entryCount = rest.getInt();
    in.requireLength(blockBytes == DiskGeometry.BLOCK_BYTES, "blocks of " + blockBytes + " bytes");
    in.requireLength(
        blocksPerExtent == DiskGeometry.BLOCKS_PER_EXTENT,
        "extents of " + blocksPerExtent + " blocks");
    if (codec != SegmentFormat.CODEC_ZSTD) {
      throw new UnknownVersionException(in.what() + ": codec " + codec + " is unknown");
    }
    in.requireLength(
        entryCount >= 1 && entryCount <= DiskGeometry.BLOCKS_PER_EXTENT,
        "a table of " + entryCount + " entries cannot be");
    return entryCount;
  }

  private SegmentHeader header(ByteBuffer rest, int flags) {
    long sizeBytes = rest.getLong();
    int extent = rest.getInt();
    in.requireLength(rest.getInt() == 0, "the reserved field is not 0");
    Digest baseDigestList = Digest.readFrom(rest);
    EnvironmentName environment = new EnvironmentName(in.text(rest));
    JobId jobId = new JobId(in.text(rest));
    RunId runId = new RunId(in.text(rest));
    DiskId diskId = new DiskId(in.text(rest));
    Generation generation = new Generation(in.text(rest));
    String base = in.text(rest);
    boolean hasPredecessor = (flags & SegmentFormat.FLAG_FOLLOWS) != 0;
    in.requireLength(
        !hasPredecessor || rest.remaining() >= Digest.BYTES,
        "the header ends before what it follows");
    Digest follows = hasPredecessor ? Digest.readFrom(rest) : null;
    in.requireLength(!rest.hasRemaining(), "the header goes on behind its texts");
    DiskDelta delta =
        new DiskDelta(environment, jobId, runId, diskId, ObjectKeys.parseBase(base), generation);
    return new SegmentHeader(
        new SegmentCoordinates(delta, extent),
        baseDigestList,
        sizeBytes,
        (flags & SegmentFormat.FLAG_ZEROS_LEFT_OUT) != 0,
        follows);
  }

  private List<SegmentEntry> table(int entryCount) throws IOException {
    List<SegmentEntry> table = new ArrayList<>(entryCount);
    ByteBuffer bytes = in.bytes(entryCount * SegmentFormat.ENTRY_BYTES);
    int first = header.geometry().firstBlock(header.coordinates().extent());
    int end = first + header.geometry().blocksIn(header.coordinates().extent());
    int previous = first - 1;
    for (int i = 0; i < entryCount; i++) {
      SegmentEntry entry = entry(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes);
      in.requireLength(
          entry.block() > previous && entry.block() < end,
          "block " + entry.block() + " is out of order or outside its extent");
      previous = entry.block();
      table.add(entry);
    }
    return List.copyOf(table);
  }

  private SegmentEntry entry(int block, int kind, int storedBytes, ByteBuffer rest) {
    Digest sha256 = Digest.readFrom(rest);
    boolean data =
        kind == SegmentFormat.KIND_DATA
            && storedBytes > 0
            && storedBytes <= SegmentFormat.MAX_FRAME_BYTES;
    boolean zero = kind == SegmentFormat.KIND_ZERO && storedBytes == 0;
    boolean kept = kind == SegmentFormat.KIND_KEPT && storedBytes == 0 && header.follows() != null;
    in.requireLength(
        data || zero || kept,
        "block " + block + " of kind " + kind + " cannot have " + storedBytes + " stored bytes");
    if (zero && !sha256.equals(DiskGeometry.ZERO_BLOCK)) {
      throw new DigestMismatchException(
          in.what() + ": block " + block + " is a zero block with another digest");
    }
    SegmentEntry.Kind known =
        data ? SegmentEntry.Kind.DATA : zero ? SegmentEntry.Kind.ZERO : SegmentEntry.Kind.KEPT;
    return new SegmentEntry(block, known, storedBytes, sha256);
  }

  private void checkTotalLength() {
    long total = in.position() + SegmentFormat.TRAILER_BYTES;
    for (SegmentEntry entry : entries) {
      total += entry.storedBytes();
    }
    if (objectBytes < total) {
      throw new TruncatedException(
          in.what() + ": has " + objectBytes + " bytes, its table needs " + total);
    }
    in.requireLength(
        objectBytes == total, "has " + objectBytes + " bytes, its table needs " + total);
  }

  private void expand(SegmentEntry entry, byte[] frame, byte[] block) {
    long expandedBytes = Zstd.getFrameContentSize(frame);
    if (expandedBytes > DiskGeometry.BLOCK_BYTES) {
      throw new DecompressionBombException(
          named(entry) + " would expand to " + expandedBytes + " bytes");
    }
    long written;
    try {
      written = Zstd.decompressByteArray(block, 0, block.length, frame, 0, frame.length);
    } catch (ZstdException e) {
      if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
        throw new DecompressionBombException(named(entry) + " would expand to more than a block");
      }
      throw new DigestMismatchException(named(entry) + " is no zstd frame: " + e.getMessage());
    }
    in.requireLength(
        written == DiskGeometry.BLOCK_BYTES,
        "block " + entry.block() + " expands to " + written + " bytes");
  }

  private String named(SegmentEntry entry) {
    return in.what() + ": block " + entry.block();
  }
}
