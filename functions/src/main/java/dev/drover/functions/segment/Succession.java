package dev.drover.functions.segment;

import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.SegmentBlocks;
import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.format.SegmentEntry;
import dev.drover.protocol.format.SegmentReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a segment may be put over what the snapshot holds of its extent by then, so that
 * afterwards the snapshot has exactly what the segment's table says.
 *
 * <p>One that carries all blocks of the extent always may. Any other has to follow the very segment
 * that was applied last: what it keeps is as that one, or one before it, wrote it, and nothing that
 * those wrote is left out of its table. Where nothing was applied, all that it keeps has to be put,
 * too; see {@link EarlierSegments}.
 */
final class Succession {
  private final Receipts receipts;
  private final Receipts.Lease lease;
  private final @Nullable Digest last;
  private final boolean unsure;

  /**
   * Over an extent under a lease.
   *
   * @param seen its receipt before the lease was taken; null: there was none
   */
  Succession(Receipts receipts, Receipts.Lease lease, @Nullable Receipt seen) {
    this.receipts = receipts;
    this.lease = lease;
    boolean another = seen != null && !seen.generation().equals(lease.generation());
    this.last = seen == null ? null : seen.lastSegment();
    this.unsure =
        seen != null && !(seen.outcome() instanceof Receipt.Applied) && (seen.unsure() || another);
  }

  /** Whether the snapshot has nothing of the extent, but what this very segment may have put. */
  boolean isFirst() {
    return last == null && !unsure;
  }

  /** Why it may not be put over what is there; empty when it may. */
  Optional<String> objection(SegmentReader segment) {
    int extent = lease.extent();
    if (segment.carried().size() == lease.disk().geometry().blocksIn(extent)) {
      return Optional.empty();
    }
    if (unsure) {
      return Optional.of(
          "a generation before had begun to write the extent, and it does not carry all of it");
    }
    Digest follows = segment.header().follows();
    if (!Objects.equals(last, follows)) {
      return Optional.of("it follows " + named(follows) + ", but the snapshot has " + named(last));
    }
    return last == null
        ? Optional.empty()
        : objection(segment, receipts.blocks(lease.disk(), extent, last));
  }

  private static Optional<String> objection(SegmentReader segment, SegmentBlocks before) {
    Map<Integer, Digest> written = written(before);
    for (SegmentEntry entry : segment.entries()) {
      Digest digest = written.remove(entry.block() % DiskGeometry.BLOCKS_PER_EXTENT);
      if (entry.isKept() && !entry.digest().equals(digest)) {
        return Optional.of("it keeps block " + entry.block() + ", which the snapshot has not");
      }
    }
    return written.isEmpty()
        ? Optional.empty()
        : Optional.of("it leaves out " + written.size() + " blocks that were written before");
  }

  private static Map<Integer, Digest> written(SegmentBlocks blocks) {
    Map<Integer, Digest> written = new HashMap<>();
    BlockBitmap which = blocks.written();
    for (int block = 0; block < DiskGeometry.BLOCKS_PER_EXTENT; block++) {
      if (which.contains(block)) {
        written.put(block, blocks.digests().get(written.size()));
      }
    }
    return written;
  }

  private static String named(@Nullable Digest segment) {
    return segment == null ? "no segment" : "segment " + segment;
  }
}
