package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.staging.StagedExtents;
import dev.drover.functions.state.Receipt;
import dev.drover.functions.state.Receipts;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.format.ExtentBitmap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What of a disk's generation need not be sent again: extents that are applied, and extents that
 * are staged. Found by listing, so that an event that was lost costs nothing but time.
 *
 * @param sendAgain extents whose staged object could not be read or applied, or is gone, ascending
 * @param inheritedExtents how many an earlier generation applied
 */
record DurableExtents(ExtentBitmap durable, List<Integer> sendAgain, int inheritedExtents) {
  /** How much a run has: it grows with whatever is sent or applied. */
  int count() {
    return durable.cardinality() + inheritedExtents;
  }

  static DurableExtents find(
      RunDisk disk, String stagingPrefix, Receipts receipts, ObjectStore objects) {
    ExtentBitmap durable = new ExtentBitmap(disk.geometry().extentCount());
    Map<Integer, Optional<String>> unreadable = new HashMap<>();
    AtomicInteger inherited = new AtomicInteger();
    receipts
        .list(disk)
        .forEach(
            receipt -> {
              switch (receipt.outcome()) {
                case Receipt.Applied applied -> {
                  // What is in a snapshot that is not the disk's any more has to be staged, too.
                  boolean isThere = disk.state() != RunDisk.State.GIVEN_BACK;
                  if (isThere && receipt.generation().equals(disk.generation())) {
                    durable.add(receipt.extent());
                  } else if (isThere) {
                    inherited.incrementAndGet();
                  }
                  if (applied.refusedObject() != null) {
                    unreadable.put(receipt.extent(), Optional.of(applied.refusedObject()));
                  }
                }
                case Receipt.Missing missing ->
                    unreadable.put(receipt.extent(), Optional.ofNullable(missing.object()));
                case Receipt.Leased leased -> {} // staged, or it would not have been leased
              }
            });
    StagedExtents.list(objects, stagingPrefix, durable.extentCount())
        .forEach(
            staged -> {
              Optional<String> known = unreadable.getOrDefault(staged.extent(), Optional.empty());
              if (!known.equals(Optional.of(staged.version()))) {
                durable.add(staged.extent());
                unreadable.remove(staged.extent());
              }
            });
    return new DurableExtents(
        durable, unreadable.keySet().stream().sorted().toList(), inherited.get());
  }
}
