package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.state.ExtentGroup;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.SegmentBlocks;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.format.WrittenExtents;
import java.util.ArrayList;
import java.util.BitSet;
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
  /**
   * What is to be written.
   *
   * @param delta of the disk's newest generation
   * @param earlier what another snapshot has of it can only be had from there
   * @param keys prefix of the objects' keys
   */
  record Wish(RunDisk disk, DiskDelta delta, EarlierStaging earlier, String keys) {}

  /** Writes what the receipts say. */
  static WrittenInRun put(Wish wish, Receipts receipts, ObjectStore objects) {
    RunDisk disk = wish.disk();
    String keys = wish.keys();
    List<Integer> groups = new ArrayList<>();
    ExtentGroup.allOf(disk.geometry())
        .forEach(
            group -> {
              List<Receipt> present = receipts.list(disk, group).toList();
              List<WrittenExtents.Extent> written = new ArrayList<>();
              if (!present.isEmpty()) {
                written.addAll(written(disk, group, present, receipts));
              }
              if (disk.inherits()) {
                written.addAll(inherited(wish, group, present, receipts, objects));
              }
              if (!written.isEmpty()) {
                objects.put(keys + group.keyPrefix(), WrittenExtents.encode(written));
                groups.add(group.number());
              }
            });
    return new WrittenInRun(groups.isEmpty() ? null : keys, List.copyOf(groups));
  }

  /** What an earlier snapshot had, of which this one has got nothing yet. */
  private static List<WrittenExtents.Extent> inherited(
      Wish wish, ExtentGroup group, List<Receipt> present, Receipts receipts, ObjectStore objects) {
    RunDisk disk = wish.disk();
    Map<Integer, SegmentBlocks> inherited = receipts.inherited(disk, group);
    present.stream().map(Receipt::extent).forEach(inherited::remove);
    if (inherited.isEmpty()) {
      return List.of();
    }
    BitSet staged = wish.earlier().any(wish.delta(), group, disk, objects);
    return inherited.entrySet().stream()
        .filter(extent -> staged.get(extent.getKey()))
        .map(extent -> extent(extent.getKey(), extent.getValue()))
        .toList();
  }

  private static WrittenExtents.Extent extent(int extent, SegmentBlocks blocks) {
    return new WrittenExtents.Extent(
        extent, blocks.segmentDigest(), blocks.written(), blocks.digests());
  }

  private static List<WrittenExtents.Extent> written(
      RunDisk disk, ExtentGroup group, List<Receipt> present, Receipts receipts) {
    Map<Integer, SegmentBlocks> last = receipts.lastBlocks(disk, group, present);
    List<WrittenExtents.Extent> written = new ArrayList<>();
    for (Receipt receipt : present) {
      SegmentBlocks blocks = last.get(receipt.extent());
      if (isUnsure(receipt, disk)) {
        written.add(WrittenExtents.Extent.unsure(receipt.extent()));
      } else if (blocks != null) {
        written.add(extent(receipt.extent(), blocks));
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
