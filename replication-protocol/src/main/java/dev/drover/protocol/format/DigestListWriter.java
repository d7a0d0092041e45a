package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.ObjectKeys;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a digest list as a stream: SHA-256 of every block of a completed snapshot. */
public final class DigestListWriter {
  private static final int BUFFER_BYTES = 1 << 16;

  private final DigestListHeader header;
  private final BufferedOutputStream buffered;
  private final FormatOutput out;
  private int blocksWritten;

  /** Writes the header; the caller closes the target. */
  public DigestListWriter(OutputStream target, DigestListHeader header) throws IOException {
    this.header = header;
    this.buffered = new BufferedOutputStream(target, BUFFER_BYTES);
    this.out = new FormatOutput(buffered);
    out.put(encode(header));
  }

  /** Length of the whole list, known before the first digest: it is put in one request. */
  public static long encodedBytes(DigestListHeader header) {
    long digests = (long) header.geometry().blockCount() * Digest.BYTES;
    return encode(header).length + digests + Digest.BYTES;
  }

  /** Appends the digest of the next block, or {@link Digest#NEVER_WRITTEN}. */
  public void add(Digest block) throws IOException {
    if (blocksWritten == header.geometry().blockCount()) {
      throw new IllegalStateException("the disk has " + blocksWritten + " blocks and no more");
    }
    out.put(block);
    blocksWritten++;
  }

  /** Writes the trailer and returns the list's digest. */
  public Digest finish() throws IOException {
    if (blocksWritten != header.geometry().blockCount()) {
      throw new IllegalStateException(
          "block " + blocksWritten + " of " + header.geometry().blockCount() + " is still to come");
    }
    Digest digest = out.putDigest();
    buffered.flush();
    return digest;
  }

  private static byte[] encode(DigestListHeader header) {
    ByteArrayOutputStream texts = new ByteArrayOutputStream();
    texts.writeBytes(FormatOutput.text(header.snapshotId().value()));
    texts.writeBytes(FormatOutput.text(ObjectKeys.baseText(header.parent())));
    texts.writeBytes(FormatOutput.text(header.diskId().value()));
    int headerBytes = DigestListFormat.FIXED_HEADER_BYTES + texts.size();
    byte[] encoded = new byte[headerBytes];
    ByteBuffer buffer = FormatOutput.over(encoded);
    buffer.put(DigestListFormat.MAGIC).putShort((short) DigestListFormat.VERSION);
    buffer.putShort((short) 0).putInt(headerBytes).putInt(DiskGeometry.BLOCK_BYTES);
    buffer.putInt(header.geometry().blockCount()).putLong(header.sizeBytes());
    buffer.put(texts.toByteArray());
    return encoded;
  }
}
