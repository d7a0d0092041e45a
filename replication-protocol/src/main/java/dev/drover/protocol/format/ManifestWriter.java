package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.message.MessageJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a manifest object as a stream: 64 bytes an extent, so 16 MiB for 16 TiB, and nobody holds
 * it in memory.
 *
 * <pre>
 *  0  8  magic "DRVRMNFT"
 *  8  2  version = 1      10  2  reserved, 0
 * 12  4  length J of the JSON
 * 16  J  the {@link Manifest} as JSON
 *   64N  an extent each, in order: its digest 32, its segment's digest 32 (zeros: nothing sent)
 *    32  digest over all bytes before it
 * </pre>
 */
public final class ManifestWriter {
  static final byte[] MAGIC = "DRVRMNFT".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;

  /** The JSON has some 800 bytes; a longer one is a lie. */
  static final int MAX_JSON_BYTES = 16_384;

  private static final int BUFFER_BYTES = 1 << 16;

  private final BufferedOutputStream buffered;
  private final FormatOutput out;
  private final Manifest manifest;
  private final DigestChain diskDigest = new DigestChain();
  private int extentsLeft;
  private int extentsSent;

  /** Writes the head; the caller closes the target. */
  public ManifestWriter(OutputStream target, Manifest manifest) throws IOException {
    this.buffered = new BufferedOutputStream(target, BUFFER_BYTES);
    this.out = new FormatOutput(buffered);
    this.manifest = manifest;
    this.extentsLeft = new DiskGeometry(manifest.sizeBytes()).extentCount();
    byte[] json = MessageJson.write(manifest);
    out.put(MAGIC);
    out.put(
        FormatOutput.buffer(2 * Short.BYTES + Integer.BYTES)
            .putShort((short) VERSION)
            .putShort((short) 0)
            .putInt(json.length)
            .array());
    out.put(json);
  }

  /** Appends the next extent. */
  public void add(Manifest.Extent extent) throws IOException {
    if (extentsLeft == 0) {
      throw new IllegalStateException("the disk has no more extents");
    }
    extentsLeft--;
    diskDigest.add(extent.digest());
    out.put(extent.digest());
    Digest segment = extent.segment();
    if (segment != null) {
      extentsSent++;
    }
    out.put(segment == null ? Digest.NEVER_WRITTEN : segment);
  }

  /** Writes the trailer; refuses extents that contradict the head. */
  public void finish() throws IOException {
    if (extentsLeft != 0) {
      throw new IllegalStateException(extentsLeft + " extents are still to come");
    }
    if (extentsSent != manifest.extentsSent()
        || !diskDigest.finish().equals(manifest.diskDigest())) {
      throw new IllegalStateException(
          "the extents contradict the manifest of " + manifest.delta().diskId());
    }
    out.putDigest();
    buffered.flush();
  }
}
