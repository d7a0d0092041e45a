package dev.drover.protocol.format;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a disk's pending snapshot holds of this run in a group of 1,000 extents, whatever generation
 * wrote it: a later generation sends only what differs from it. At most 4.3 MB.
 *
 * <pre>
 *  0  8  magic "DRVRWRTN"
 *  8  2  version = 1      10  2  reserved, 0
 * 12  4  entry count N, 1 … 1000
 *        N entries, ascending by extent:
 *         4  extent
 *         4  kind: 1 written, 2 unsure
 *        32  digest of the segment that wrote it (written only)
 *        16  which of its blocks were written (written only)
 *       32B  SHA-256 of each of them, ascending (written only)
 *    32  digest over all bytes before it
 * </pre>
 */
public final class WrittenExtents {
  /** Extents of a group: group g has [1000g, 1000g + 1000). */
  public static final int GROUP_EXTENTS = 1000;

  /** A longer object is none of ours. */
  public static final int MAX_BYTES = 4_400_000;

  private static final byte[] MAGIC = "DRVRWRTN".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int KIND_WRITTEN = 1;
  private static final int KIND_UNSURE = 2;

  private static final int HEAD_BYTES = 2 * Integer.BYTES;

  private final byte[] encoded;
  private final Map<Integer, Integer> places;

  /** Digests stay bytes until they are asked for: as objects they take three times the memory. */
  private WrittenExtents(byte[] encoded, Map<Integer, Integer> places) {
    this.encoded = encoded;
    this.places = places;
  }

  /**
   * An extent of which blocks were written.
   *
   * @param segment the segment that wrote it last; null: one had begun to, and which blocks it got
   *     to nobody knows
   * @param written which blocks were written, by that segment and all before it
   * @param digests SHA-256 of each of these, ascending by block
   */
  public record Extent(
      int extent, @Nullable Digest segment, BlockBitmap written, List<Digest> digests) {
    /** Refuses digests that are not one a block. */
    public Extent {
      digests = List.copyOf(digests);
      InvalidMessageException.require(
          digests.size() == written.count(),
          digests.size() + " digests of " + written.count() + " written blocks");
    }

    /** One of which nobody knows what was written. */
    public static Extent unsure(int extent) {
      return new Extent(extent, null, BlockBitmap.EMPTY, List.of());
    }

    /** Whether any block may have been written, with anything. */
    public boolean isUnsure() {
      return segment == null;
    }
  }

  /** What was written of an extent; null: nothing. */
  public @Nullable Extent find(int extent) {
    Integer place = places.get(extent);
    return place == null ? null : read(extent, FormatOutput.over(encoded).position(place));
  }

  private static Extent read(int extent, ByteBuffer at) {
    if (at.position(at.position() + Integer.BYTES).getInt() == KIND_UNSURE) {
      return Extent.unsure(extent);
    }
    Digest segment = Digest.readFrom(at);
    byte[] bitmap = new byte[BlockBitmap.BYTES];
    at.get(bitmap);
    BlockBitmap written = BlockBitmap.ofBytes(bitmap);
    List<Digest> digests = new ArrayList<>(written.count());
    while (digests.size() < written.count()) {
      digests.add(Digest.readFrom(at));
    }
    return new Extent(extent, segment, written, digests);
  }

  /** Encodes extents of one group, at least one. */
  public static byte[] encode(Collection<Extent> written) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    FormatOutput out = new FormatOutput(encoded);
    try {
      out.put(MAGIC);
      out.put(
          FormatOutput.buffer(2 * Short.BYTES + Integer.BYTES)
              .putShort((short) VERSION)
              .putShort((short) 0)
              .putInt(written.size())
              .array());
      for (Extent extent :
          written.stream().sorted(Comparator.comparingInt(Extent::extent)).toList()) {
        put(extent, out);
      }
      out.putDigest();
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be written", e);
    }
    return encoded.toByteArray();
  }

  private static void put(Extent extent, FormatOutput out) throws IOException {
    Digest segment = extent.segment();
    out.put(
        FormatOutput.buffer(HEAD_BYTES)
            .putInt(extent.extent())
            .putInt(segment == null ? KIND_UNSURE : KIND_WRITTEN)
            .array());
    if (segment != null) {
      out.put(segment);
      out.put(extent.written().toBytes());
      for (Digest digest : extent.digests()) {
        out.put(digest);
      }
    }
  }

  /**
   * Decodes what {@link #encode} gave.
   *
   * @param what the object's name in errors
   * @param group the number of the group that it is to be of
   */
  public static WrittenExtents decode(
      String what, byte[] encoded, int group, DiskGeometry geometry) {
    FormatInput in = new FormatInput(what, new ByteArrayInputStream(encoded));
    try {
      in.begin(MAGIC, VERSION);
      ByteBuffer head = in.bytes(Short.BYTES + Integer.BYTES);
      in.requireLength(head.getShort() == 0, "the reserved field is not 0");
      int count = head.getInt();
      in.requireLength(count >= 1 && count <= GROUP_EXTENTS, count + " entries cannot be");
      Map<Integer, Integer> places = new HashMap<>();
      int previous = group * GROUP_EXTENTS - 1;
      int end = Math.min((group + 1) * GROUP_EXTENTS, geometry.extentCount());
      for (int i = 0; i < count; i++) {
        int place = Math.toIntExact(in.position());
        previous = pass(in, geometry, previous, end);
        places.put(previous, place);
      }
      in.checkDigest();
      in.end();
      return new WrittenExtents(encoded, places);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be read", e);
    }
  }

  /** Checks an entry and passes over it; its extent. */
  private static int pass(FormatInput in, DiskGeometry geometry, int previous, int end)
      throws IOException {
    ByteBuffer head = in.bytes(HEAD_BYTES);
    int extent = head.getInt();
    int kind = head.getInt();
    in.requireLength(
        extent > previous && extent < end,
        "extent " + extent + " is out of order or outside its group");
    in.requireLength(
        kind == KIND_WRITTEN || kind == KIND_UNSURE, "extent " + extent + " is of kind " + kind);
    if (kind == KIND_WRITTEN) {
      in.bytes(Digest.BYTES);
      BlockBitmap written = BlockBitmap.ofBytes(in.array(BlockBitmap.BYTES));
      for (int block = geometry.blocksIn(extent); block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
        in.requireLength(!written.contains(block), "extent " + extent + " has no block " + block);
      }
      in.bytes(written.count() * Digest.BYTES);
    }
    return extent;
  }
}
