package dev.drover.protocol.format;

import dev.drover.protocol.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;

/** An encoded segment, ready to be put: the object that carries an extent's changed blocks. */
public final class Segment {
  private final SegmentHeader header;
  private final List<SegmentEntry> entries;
  private final Digest digest;
  private final byte[] head;
  private final FrameBuffer.Content frames;
  private final byte[] trailer;

  Segment(
      SegmentHeader header,
      List<SegmentEntry> entries,
      Digest digest,
      byte[] head,
      FrameBuffer.Content frames,
      byte[] trailer) {
    this.header = header;
    this.entries = entries;
    this.digest = digest;
    this.head = head;
    this.frames = frames;
    this.trailer = trailer;
  }

  /** What the segment says of itself. */
  public SegmentHeader header() {
    return header;
  }

  /** Its table, ascending by block. */
  public List<SegmentEntry> entries() {
    return entries;
  }

  /** What names the segment's content in manifest and receipt; compression is no part of it. */
  public Digest digest() {
    return digest;
  }

  /** Length of the object. */
  public long lengthBytes() {
    return head.length + frames.lengthBytes() + trailer.length;
  }

  /** The object's bytes from the start; may be called again for a retry. */
  public InputStream openStream() {
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(head),
                frames.openStream(),
                new ByteArrayInputStream(trailer))));
  }
}
