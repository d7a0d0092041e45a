package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DigestMismatchException;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.message.MessageJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads a manifest object as a stream. What it gave is trustworthy only after {@link #finish} has
 * returned.
 */
public final class ManifestReader {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FormatInput in;
  private final Manifest manifest;
  private final DigestChain diskDigest = new DigestChain();
  private int extentsLeft;
  private int extentsSent;

  /** Reads and checks the head; the caller closes the source. */
  public ManifestReader(String what, InputStream source) throws IOException {
    this.in = new FormatInput(what, new BufferedInputStream(source, BUFFER_BYTES));
    in.begin(ManifestWriter.MAGIC, ManifestWriter.VERSION);
    ByteBuffer head = in.bytes(Short.BYTES + Integer.BYTES);
    in.requireLength(head.getShort() == 0, "the reserved field is not 0");
    int jsonBytes = head.getInt();
    in.requireLength(
        jsonBytes > 0 && jsonBytes <= ManifestWriter.MAX_JSON_BYTES,
        "a head of " + jsonBytes + " bytes cannot be");
    this.manifest = MessageJson.read(what, in.array(jsonBytes), Manifest.class);
    this.extentsLeft = new DiskGeometry(manifest.sizeBytes()).extentCount();
  }

  /** What the manifest says of the disk before it lists the extents. */
  public Manifest manifest() {
    return manifest;
  }

  /** Whether {@link #next} has another extent. */
  public boolean hasNext() {
    return extentsLeft > 0;
  }

  /** The next extent in order. */
  public Manifest.Extent next() throws IOException {
    if (!hasNext()) {
      throw new IllegalStateException("the manifest has no more extents");
    }
    extentsLeft--;
    ByteBuffer record = in.bytes(2 * Digest.BYTES);
    Digest digest = Digest.readFrom(record);
    Digest segment = Digest.readFrom(record);
    diskDigest.add(digest);
    if (segment.equals(Digest.NEVER_WRITTEN)) {
      return new Manifest.Extent(digest, null);
    }
    extentsSent++;
    return new Manifest.Extent(digest, segment);
  }

  /** Checks counts, whole-disk digest, trailer and end. */
  public void finish() throws IOException {
    in.checkDigest();
    in.end();
    in.requireLength(
        extentsSent == manifest.extentsSent(),
        "states " + manifest.extentsSent() + " extents sent, lists " + extentsSent);
    if (!diskDigest.finish().equals(manifest.diskDigest())) {
      throw new DigestMismatchException(
          in.what() + ": the whole-disk digest is not that of its extents");
    }
  }
}
