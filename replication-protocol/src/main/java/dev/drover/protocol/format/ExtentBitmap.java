package dev.drover.protocol.format;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Objects;

/**
 * A set of a disk's extents, for example those that are durable already. At most 2^20 bits, so 128
 * KiB for the largest volume.
 *
 * <pre>
 *  0  8  magic "DRVREXTB"
 *  8  2  version = 1      10  2  reserved, 0
 * 12  4  extent count N
 * 16     ceil(N / 8) bytes, extent 0 in the lowest bit of the first
 *    32  digest over all bytes before it
 * </pre>
 */
public final class ExtentBitmap {
  private static final byte[] MAGIC = "DRVREXTB".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAX_EXTENTS =
      Math.toIntExact(DiskGeometry.MAX_DISK_BYTES / DiskGeometry.EXTENT_BYTES);

  private final int extentCount;
  private final BitSet bits;

  /** The empty set over a disk of so many extents. */
  public ExtentBitmap(int extentCount) {
    this(extentCount, new BitSet(extentCount));
  }

  private ExtentBitmap(int extentCount, BitSet bits) {
    InvalidMessageException.require(
        extentCount >= 1 && extentCount <= MAX_EXTENTS,
        "a disk has 1 to " + MAX_EXTENTS + " extents, not " + extentCount);
    this.extentCount = extentCount;
    this.bits = bits;
  }

  /** Decodes what {@link #encode} gave. */
  public static ExtentBitmap decode(String what, byte[] encoded) {
    FormatInput in = new FormatInput(what, new ByteArrayInputStream(encoded));
    try {
      in.begin(MAGIC, VERSION);
      ByteBuffer head = in.bytes(Short.BYTES + Integer.BYTES);
      in.requireLength(head.getShort() == 0, "the reserved field is not 0");
      int extentCount = head.getInt();
      in.requireLength(
          extentCount >= 1 && extentCount <= MAX_EXTENTS, extentCount + " extents are on no disk");
      BitSet bits = BitSet.valueOf(in.array(Math.ceilDiv(extentCount, Byte.SIZE)));
      in.requireLength(bits.length() <= extentCount, "has extents behind the disk's end");
      in.checkDigest();
      in.end();
      return new ExtentBitmap(extentCount, bits);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be read", e);
    }
  }

  /** Number of extents of the disk, not of those in the set. */
  public int extentCount() {
    return extentCount;
  }

  /** Number of extents in the set. */
  public int cardinality() {
    return bits.cardinality();
  }

  public void add(int extent) {
    bits.set(checked(extent));
  }

  public boolean contains(int extent) {
    return bits.get(checked(extent));
  }

  /** The bytes drawn above. */
  public byte[] encode() {
    byte[] packed = new byte[Math.ceilDiv(extentCount, Byte.SIZE)];
    byte[] used = bits.toByteArray();
    System.arraycopy(used, 0, packed, 0, used.length);
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    FormatOutput out = new FormatOutput(encoded);
    try {
      out.put(MAGIC);
      out.put(
          FormatOutput.buffer(2 * Short.BYTES + Integer.BYTES)
              .putShort((short) VERSION)
              .putShort((short) 0)
              .putInt(extentCount)
              .array());
      out.put(packed);
      out.putDigest();
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail to be written", e);
    }
    return encoded.toByteArray();
  }

  private int checked(int extent) {
    return Objects.checkIndex(extent, extentCount);
  }
}
