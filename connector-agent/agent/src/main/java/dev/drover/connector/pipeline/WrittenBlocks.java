package dev.drover.connector.pipeline;

import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.format.WrittenExtents;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What of an extent an earlier generation, or an earlier attempt, wrote into the snapshot. */
final class WrittenBlocks {
  private final WrittenExtents.@Nullable Extent extent;
  private final @Nullable Digest[] digests = new Digest[DiskGeometry.BLOCKS_PER_EXTENT];

  WrittenBlocks(WrittenExtents.@Nullable Extent extent) {
    this.extent = extent;
    Arrays.setAll(digests, block -> null);
    if (extent != null) {
      BlockBitmap written = extent.written();
      int next = 0;
      for (int block = 0; block < digests.length; block++) {
        if (written.contains(block)) {
          digests[block] = extent.digests().get(next);
          next++;
        }
      }
    }
  }

  /** The segment that wrote last; null: none, or nobody knows what was written. */
  @Nullable Digest segment() {
    return extent == null ? null : extent.segment();
  }

  /** Whether the snapshot may have something of its own there, instead of the base's block. */
  boolean mayHave(int block) {
    return digests[block] != null || (extent != null && extent.isUnsure());
  }

  /** Whether the snapshot has that very content there. */
  boolean has(int block, Digest digest) {
    return digest.equals(digests[block]);
  }
}
