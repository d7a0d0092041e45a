package dev.drover.connector.index;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The SHA-256 of every block of a base, in a file that is never changed once it has its header.
 *
 * <pre>
 *   0   8  magic "DRVRINDX"
 *   8   4  version = 1
 *  12   4  length J of the JSON, at most 496
 *  16   J  the header as JSON, zeros up to byte 512
 * 512 32N  SHA-256 of each block in order
 * </pre>
 *
 * <p>It is read by position, 4 KiB for an extent of 64 MiB, so that it needs no heap; the digests
 * themselves are not verified: an index that lies makes the two derivations of the whole-disk
 * digest disagree in the cloud, which then asks for a new one.
 */
public final class DigestIndex implements AutoCloseable {
  static final byte[] MAGIC = "DRVRINDX".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;
  static final int HEADER_BYTES = 512;
  static final int JSON_OFFSET = 16;

  private final FileChannel channel;
  private final IndexHeader header;

  private DigestIndex(FileChannel channel, IndexHeader header) {
    this.channel = channel;
    this.header = header;
  }

  /** Opens a file; empty when it is no whole index, which is no failure: it can be made again. */
  static Optional<DigestIndex> open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      Optional<DigestIndex> index = header(channel).map(header -> new DigestIndex(channel, header));
      if (index.isEmpty()) {
        channel.close();
      }
      return index;
    } catch (InvalidMessageException | FormatException e) {
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether this is the index of that base. */
  boolean describes(DiskId diskId, ReplicationPlan.Base base) {
    return header.diskId().equals(diskId)
        && header.runId().equals(base.runId())
        && header.diskDigest().equals(base.diskDigest())
        && header.sizeBytes() == base.sizeBytes();
  }

  /** Blocks and extents of the base, which may be a smaller disk than today's. */
  public DiskGeometry geometry() {
    return header.geometry();
  }

  /** The digests of an extent's blocks in order; fewer, or none, where the base ends earlier. */
  public List<Digest> extent(int extent) throws IOException {
    if (extent >= geometry().extentCount()) {
      return List.of();
    }
    int blocks = geometry().blocksIn(extent);
    ByteBuffer bytes = ByteBuffer.allocate(blocks * Digest.BYTES);
    readFully(channel, bytes, offsetOf(geometry().firstBlock(extent)));
    List<Digest> digests = new ArrayList<>(blocks);
    while (bytes.hasRemaining()) {
      digests.add(Digest.readFrom(bytes));
    }
    return digests;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  static long offsetOf(int block) {
    return HEADER_BYTES + (long) block * Digest.BYTES;
  }

  private static Optional<IndexHeader> header(FileChannel channel) throws IOException {
    if (channel.size() < HEADER_BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, bytes, 0);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    int version = bytes.getInt();
    int jsonBytes = bytes.getInt();
    if (!Arrays.equals(magic, MAGIC)
        || version != VERSION
        || jsonBytes < 1
        || jsonBytes > bytes.remaining()) {
      return Optional.empty();
    }
    byte[] json = new byte[jsonBytes];
    bytes.get(json);
    IndexHeader header = MessageJson.read("a digest index", json, IndexHeader.class);
    long wholeBytes = offsetOf(header.geometry().blockCount());
    return channel.size() == wholeBytes ? Optional.of(header) : Optional.empty();
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long offset)
      throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target, offset + target.position()) < 0) {
        throw new IOException("a digest index ends at byte " + (offset + target.position()));
      }
    }
    target.flip();
  }
}
