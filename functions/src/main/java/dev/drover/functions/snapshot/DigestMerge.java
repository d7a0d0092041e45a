package dev.drover.functions.snapshot;

import dev.drover.functions.state.AppliedExtent;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.SegmentBlocks;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DigestChain;
import dev.drover.protocol.DiskDigester;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.format.DigestListWriter;
import dev.drover.protocol.format.Manifest;
import dev.drover.protocol.format.ManifestReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The second derivation of a disk's content: the receipts (what was put) over the base's digest
 * list (what was there before), both in order, in one pass and in constant memory. From the same
 * pass come the new digest list, the count and LINEAR checksum that EBS checks, and, extent by
 * extent, the comparison with the first derivation, the connector's manifest.
 */
final class DigestMerge {
  /** As many as a person wants to read. */
  private static final int NAMED_EXTENTS = 5;

  private final RunDisk disk;
  private final BlockDigests base;
  private final Iterator<AppliedExtent> receipts;
  private final ManifestReader manifest;
  private final DigestListWriter out;

  private final Queue<Digest> extentDigests = new ArrayDeque<>();
  private final Queue<Digest> announcedDigests = new ArrayDeque<>();
  private final DiskDigester digester = new DiskDigester(extentDigests::add);
  private final DigestChain linear = new DigestChain();
  private final List<Integer> differing = new ArrayList<>();
  private @Nullable AppliedExtent nextApplied;
  private int differingExtents;
  private int comparedExtents;
  private long blocksWritten;

  /**
   * What is there before anything is written, in order: the base's block digests, {@link
   * Digest#NEVER_WRITTEN} where it has none, zeros where these are left out.
   */
  interface BlockDigests {
    /** The digest of the next block. */
    Digest next() throws IOException;
  }

  /**
   * Over these streams; the caller closes them.
   *
   * @param receipts what is applied, ascending by extent
   * @param out takes the new list
   */
  DigestMerge(
      RunDisk disk,
      BlockDigests base,
      Iterator<AppliedExtent> receipts,
      ManifestReader manifest,
      DigestListWriter out) {
    this.disk = disk;
    this.base = base;
    this.receipts = receipts;
    this.manifest = manifest;
    this.out = out;
  }

  /**
   * What the pass gave.
   *
   * @param listDigest of the new digest list
   * @param linear SHA-256 over the digests of the written blocks in ascending order
   * @param blocksWritten how many those are
   * @param differing the first extents in which the derivations differ
   * @param differingExtents how many differ
   */
  record Result(
      Digest listDigest,
      Digest diskDigest,
      Digest linear,
      long blocksWritten,
      List<Integer> differing,
      int differingExtents) {}

  /** Merges everything. */
  Result merge() throws IOException {
    DiskGeometry geometry = disk.geometry();
    advance();
    for (int extent = 0; extent < geometry.extentCount(); extent++) {
      mergeExtent(extent, geometry.blocksIn(extent), appliedAt(extent));
      compareFinished();
    }
    Digest diskDigest = digester.finish();
    compareFinished();
    manifest.finish();
    return new Result(
        out.finish(),
        diskDigest,
        linear.finish(),
        blocksWritten,
        List.copyOf(differing),
        differingExtents);
  }

  private void mergeExtent(int extent, int blocks, @Nullable SegmentBlocks applied)
      throws IOException {
    Iterator<Digest> written =
        applied == null ? List.<Digest>of().iterator() : applied.digests().iterator();
    for (int block = 0; block < blocks; block++) {
      Digest digest = base.next();
      if (applied != null && applied.written().contains(block)) {
        digest = written.next();
        linear.add(digest);
        blocksWritten++;
      }
      out.add(digest);
      digester.addBlock(digest);
    }
    Manifest.Extent announced = manifest.next();
    announcedDigests.add(announced.digest());
    requireSameSegment(extent, applied, announced.segment());
  }

  private void requireSameSegment(
      int extent, @Nullable SegmentBlocks applied, @Nullable Digest announced) {
    Digest segment = applied == null ? null : applied.segmentDigest();
    if (!Objects.equals(segment, announced)) {
      throw new ReceiptDisagreesException(disk, extent, segment, announced);
    }
  }

  /**
   * The digester gives an extent's digest when it knows it to be whole, the last one at the end.
   */
  private void compareFinished() {
    while (!extentDigests.isEmpty() && !announcedDigests.isEmpty()) {
      if (!extentDigests.remove().equals(announcedDigests.remove())) {
        differingExtents++;
        if (differing.size() < NAMED_EXTENTS) {
          differing.add(comparedExtents);
        }
      }
      comparedExtents++;
    }
  }

  private @Nullable SegmentBlocks appliedAt(int extent) {
    AppliedExtent applied = nextApplied;
    if (applied == null || applied.extent() != extent) {
      return null;
    }
    advance();
    return applied.blocks();
  }

  private void advance() {
    nextApplied = receipts.hasNext() ? receipts.next() : null;
  }
}
