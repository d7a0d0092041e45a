package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.state.ExtentGroup;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.SegmentBlocks;
import dev.drover.protocol.format.WrittenExtents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a disk's pending snapshot holds of its run, for whoever goes on with it: group by group, so
 * that neither the largest disk needs more memory than a group.
 *
 * @param keys prefix of the objects' keys; null: there is none
 * @param groups the groups that have one
 */
record WrittenInRun(@Nullable String keys, List<Integer> groups) {
  /** Writes what the receipts say below that prefix. */
  static WrittenInRun put(RunDisk disk, String keys, Receipts receipts, ObjectStore objects) {
    List<Integer> groups = new ArrayList<>();
    ExtentGroup.allOf(disk.geometry())
        .forEach(
            group -> {
              List<WrittenExtents.Extent> written = written(disk, group, receipts);
              if (!written.isEmpty()) {
                objects.put(keys + group.keyPrefix(), WrittenExtents.encode(written));
                groups.add(group.number());
              }
            });
    return new WrittenInRun(groups.isEmpty() ? null : keys, List.copyOf(groups));
  }

  private static List<WrittenExtents.Extent> written(
      RunDisk disk, ExtentGroup group, Receipts receipts) {
    List<Receipt> all = receipts.list(disk, group).toList();
    if (all.isEmpty()) {
      return List.of();
    }
    Map<Integer, SegmentBlocks> last = receipts.lastBlocks(disk, group, all);
    List<WrittenExtents.Extent> written = new ArrayList<>();
    for (Receipt receipt : all) {
      SegmentBlocks blocks = last.get(receipt.extent());
      if (isUnsure(receipt, disk)) {
        written.add(WrittenExtents.Extent.unsure(receipt.extent()));
      } else if (blocks != null) {
        written.add(
            new WrittenExtents.Extent(
                receipt.extent(), blocks.segmentDigest(), blocks.written(), blocks.digests()));
      }
    }
    return written;
  }

  /** Whether what was put may be more than what was applied, and not of the present generation. */
  private static boolean isUnsure(Receipt receipt, RunDisk disk) {
    return !(receipt.outcome() instanceof Receipt.Applied)
        && (receipt.unsure() || !receipt.generation().equals(disk.generation()));
  }
}
