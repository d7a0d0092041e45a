package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SnapshotId;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads a digest list as a stream. What it gave is trustworthy only after {@link #finish} has
 * returned, because the digest over the list is its last field.
 */
public final class DigestListReader {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FormatInput in;
  private final DigestListHeader header;
  private int blocksRead;

  /** Reads and checks the header; the caller closes the source. */
  public DigestListReader(String what, InputStream source) throws IOException {
    this.in = new FormatInput(what, new BufferedInputStream(source, BUFFER_BYTES));
    in.begin(DigestListFormat.MAGIC, DigestListFormat.VERSION);
    ByteBuffer head = in.bytes(Short.BYTES + Integer.BYTES);
    in.requireLength(head.getShort() == 0, "the reserved field is not 0");
    int headerBytes = head.getInt();
    in.requireLength(
        headerBytes >= DigestListFormat.FIXED_HEADER_BYTES
            && headerBytes <= DigestListFormat.MAX_HEADER_BYTES,
        "a header of " + headerBytes + " bytes cannot be");
    this.header = header(in.bytes(headerBytes - Math.toIntExact(in.position())));
  }

  /** What the list says of itself. */
  public DigestListHeader header() {
    return header;
  }

  /** Whether {@link #next} has another digest. */
  public boolean hasNext() {
    return blocksRead < header.geometry().blockCount();
  }

  /** The digest of the next block in order. */
  public Digest next() throws IOException {
    if (!hasNext()) {
      throw new IllegalStateException("the list has " + blocksRead + " digests and no more");
    }
    blocksRead++;
    return Digest.readFrom(in.bytes(Digest.BYTES));
  }

  /** Checks the trailer and the end; returns the list's digest. */
  public Digest finish() throws IOException {
    Digest digest = in.checkDigest();
    in.end();
    return digest;
  }

  private DigestListHeader header(ByteBuffer rest) {
    int blockBytes = rest.getInt();
    int blockCount = rest.getInt();
    long sizeBytes = rest.getLong();
    in.requireLength(blockBytes == DiskGeometry.BLOCK_BYTES, "blocks of " + blockBytes + " bytes");
    SnapshotId snapshotId = new SnapshotId(in.text(rest));
    String parent = in.text(rest);
    DiskId diskId = new DiskId(in.text(rest));
    in.requireLength(!rest.hasRemaining(), "the header goes on behind its texts");
    DigestListHeader read =
        new DigestListHeader(snapshotId, ObjectKeys.parseBase(parent), diskId, sizeBytes);
    in.requireLength(
        read.geometry().blockCount() == blockCount,
        "states " + blockCount + " blocks for a disk of " + sizeBytes + " bytes");
    return read;
  }
}
