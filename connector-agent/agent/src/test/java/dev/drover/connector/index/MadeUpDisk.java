package dev.drover.connector.index;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDigester;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.format.DigestListHeader;
import dev.drover.protocol.format.DigestListWriter;
import dev.drover.protocol.message.ReplicationPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A disk that only its block digests are known of, as one run found it.
 *
 * @param run the run's number; each finds another content
 */
record MadeUpDisk(DiskId id, int run, long sizeBytes) {
  static final String LIST_KEY = "lists/base";
  private static final SnapshotId SNAPSHOT = new SnapshotId("snap-0123456789abcdef0");

  static MadeUpDisk of(int run, long sizeBytes) {
    return new MadeUpDisk(new DiskId("d-0123456789abcdef0"), run, sizeBytes);
  }

  /** Sizes around every edge: part of a block, a block, an extent, and more than one of them. */
  static List<Long> sizes() {
    long block = DiskGeometry.BLOCK_BYTES;
    long extent = DiskGeometry.EXTENT_BYTES;
    return List.of(
        1L,
        block - 1,
        block,
        block + 1,
        extent - block,
        extent - 1,
        extent,
        extent + 1,
        2 * extent,
        3 * extent + 5 * block + 7);
  }

  RunId runId() {
    return new RunId("sms-run-%08x".formatted(run));
  }

  DiskGeometry geometry() {
    return new DiskGeometry(sizeBytes);
  }

  Digest block(int block) {
    return Digest.ofText(run + "/" + block);
  }

  List<Digest> extent(int extent) {
    int first = geometry().firstBlock(extent);
    return IntStream.range(first, first + geometry().blocksIn(extent))
        .mapToObj(this::block)
        .toList();
  }

  Digest diskDigest() {
    DiskDigester digester = new DiskDigester(extentDigest -> {});
    IntStream.range(0, geometry().blockCount()).mapToObj(this::block).forEach(digester::addBlock);
    return digester.finish();
  }

  /** The digest list as the cloud puts it. */
  byte[] list() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writeList(bytes);
    return bytes.toByteArray();
  }

  /** What the next plan says of this disk when the run has made its snapshot. */
  ReplicationPlan.Base base() throws IOException {
    return new ReplicationPlan.Base(
        SNAPSHOT,
        runId(),
        LIST_KEY,
        writeList(new ByteArrayOutputStream()),
        diskDigest(),
        sizeBytes);
  }

  void putExtents(DigestIndexBuilder builder) throws IOException {
    for (int extent = 0; extent < geometry().extentCount(); extent++) {
      builder.putExtent(extent, extent(extent));
    }
  }

  private Digest writeList(ByteArrayOutputStream target) throws IOException {
    DigestListWriter writer =
        new DigestListWriter(target, new DigestListHeader(SNAPSHOT, null, id, sizeBytes));
    for (int block = 0; block < geometry().blockCount(); block++) {
      writer.add(block(block));
    }
    return writer.finish();
  }
}
