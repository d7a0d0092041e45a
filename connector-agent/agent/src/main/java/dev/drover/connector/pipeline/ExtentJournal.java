package dev.drover.connector.pipeline;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What became of each extent of one disk in one generation and against one base, in a file: it
 * outlives the process, and 16 TiB of disk are 32 MiB of file and no heap.
 *
 * <pre>
 * a slot of 128 bytes per extent, little-endian; it never crosses a sector, so that it is written
 * whole or not at all
 *  0 32  digest of the extent over all its blocks (zeros: not read yet)
 * 32 32  digest of its segment (zeros: none), written before the segment is put
 * 64  8  bytes of segments put, over all attempts
 * 72  4  attempt in which the put was acknowledged (0: none)
 * </pre>
 *
 * <p>It is not forced to the disk: a power cut may lose slots, and then extents are sent again. A
 * killed process loses nothing.
 */
public final class ExtentJournal implements AutoCloseable {
  private static final int SLOT_BYTES = 128;
  private static final int SEGMENT_OFFSET = 32;
  private static final int SENT_OFFSET = 64;

  private final FileChannel channel;

  private ExtentJournal(FileChannel channel) {
    this.channel = channel;
  }

  /** Opens the journal of a disk, or begins one. */
  public static ExtentJournal open(Path file, DiskGeometry geometry) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    long bytes = (long) geometry.extentCount() * SLOT_BYTES;
    if (channel.size() != bytes) {
      channel.truncate(0);
      channel.write(ByteBuffer.allocate(1), bytes - 1);
    }
    return new ExtentJournal(channel);
  }

  /**
   * One extent.
   *
   * @param segment null when nothing was ever to be sent
   * @param attemptSent the attempt in which the store acknowledged the segment; 0: none
   */
  record Slot(Digest digest, @Nullable Digest segment, long bytesSent, int attemptSent) {}

  Slot read(int extent) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (slot.hasRemaining()) {
      if (channel.read(slot, offsetOf(extent) + slot.position()) < 0) {
        throw new IOException("the journal ends before extent " + extent);
      }
    }
    slot.flip();
    Digest digest = Digest.readFrom(slot);
    Digest segment = Digest.readFrom(slot);
    return new Slot(
        digest,
        segment.equals(Digest.NEVER_WRITTEN) ? null : segment,
        slot.getLong(),
        slot.getInt());
  }

  /** The extent was read; nothing of it, or what its slot says already, is to be sent. */
  void readExtent(int extent, Digest digest) throws IOException {
    put(extent, 0, ByteBuffer.wrap(digest.toBytes()));
  }

  /** A segment, or none, is what stands for the extent from now on; it is not sent yet. */
  void sending(int extent, @Nullable Digest segment) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Digest.BYTES);
    (segment == null ? Digest.NEVER_WRITTEN : segment).writeTo(bytes);
    Slot slot = read(extent);
    putSent(extent, slot.bytesSent(), 0);
    put(extent, SEGMENT_OFFSET, bytes.flip());
  }

  /** The store has the segment. */
  void sent(int extent, int attempt, long bytes) throws IOException {
    putSent(extent, read(extent).bytesSent() + bytes, attempt);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void putSent(int extent, long bytesSent, int attempt) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    put(extent, SENT_OFFSET, bytes.putLong(bytesSent).putInt(attempt).flip());
  }

  private void put(int extent, int offset, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes, offsetOf(extent) + offset + bytes.position());
    }
  }

  private static long offsetOf(int extent) {
    return (long) extent * SLOT_BYTES;
  }
}
