package dev.drover.connector.index;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes the index of what a run makes, beside that of its base. Extents come in any order and from
 * many threads; the header reaches the disk last, and only then the file gets its name.
 */
public final class DigestIndexBuilder implements AutoCloseable {
  private final Path building;
  private final Path target;
  private final FileChannel channel;
  private final DiskId diskId;
  private final RunId runId;
  private final DiskGeometry geometry;

  DigestIndexBuilder(Path building, Path target, DiskId diskId, RunId runId, DiskGeometry geometry)
      throws IOException {
    this.building = building;
    this.target = target;
    this.diskId = diskId;
    this.runId = runId;
    this.geometry = geometry;
    this.channel =
        FileChannel.open(
            building,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** Puts the digests of an extent's blocks, all of them, in order. */
  public void putExtent(int extent, List<Digest> digests) throws IOException {
    if (digests.size() != geometry.blocksIn(extent)) {
      throw new IllegalArgumentException(
          "extent " + extent + " has not " + digests.size() + " blocks");
    }
    ByteBuffer bytes = ByteBuffer.allocate(digests.size() * Digest.BYTES);
    digests.forEach(digest -> digest.writeTo(bytes));
    writeFully(bytes.flip(), DigestIndex.offsetOf(geometry.firstBlock(extent)));
  }

  /** Makes the index whole and durable. */
  public void finish(Digest diskDigest) throws IOException {
    channel.force(true);
    writeFully(header(diskDigest), 0);
    channel.force(true);
    channel.close();
    Files.move(
        building, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Drops what is not finished. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(building);
  }

  private ByteBuffer header(Digest diskDigest) {
    byte[] json =
        MessageJson.write(new IndexHeader(runId, diskId, geometry.sizeBytes(), diskDigest));
    ByteBuffer header =
        ByteBuffer.allocate(DigestIndex.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(DigestIndex.MAGIC).putInt(DigestIndex.VERSION).putInt(json.length).put(json);
    return header.clear();
  }

  private void writeFully(ByteBuffer bytes, long offset) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes, offset + bytes.position());
    }
  }
}
