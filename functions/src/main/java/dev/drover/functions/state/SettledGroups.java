package dev.drover.functions.state;

import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;

/**
 * Of which groups of a disk's extents a look found all applied that a manifest names, so that the
 * next look does not read them. A hint, never the truth: CompleteSnapshot reads every receipt. It
 * stays true as long as it is looked for, because a receipt that is applied does not change in its
 * epoch and generation.
 *
 * <p>Item {@code RUN#<run> / LOOK#<disk>}, some 400 bytes.
 */
public final class SettledGroups {
  private static final String EPOCH = "epoch";
  private static final String GENERATION = "generation";
  private static final String MANIFEST_KEY = "manifestKey";
  private static final String GROUPS = "groups";
  private static final String TTL = "ttl";

  /** As long as receipts: twice the 30 days that a run may last. */
  private static final Duration KEPT = Duration.ofDays(60);

  private final Table table;

  SettledGroups(Table table) {
    this.table = table;
  }

  /** The groups that are known to be settled, by that manifest. */
  public BitSet find(RunDisk disk, String manifestKey) {
    return table
        .get(pk(disk), sk(disk))
        .filter(item -> item.count(EPOCH) == disk.epoch())
        .filter(item -> item.text(GENERATION).equals(disk.generation().value()))
        .filter(item -> item.text(MANIFEST_KEY).equals(manifestKey))
        .flatMap(item -> item.findBytes(GROUPS))
        .map(BitSet::valueOf)
        .orElseGet(BitSet::new);
  }

  /** Keeps which groups are settled by that manifest. */
  public void put(RunDisk disk, String manifestKey, BitSet groups, Instant now) {
    table.store(
        Item.of(pk(disk), sk(disk))
            .with(EPOCH, disk.epoch())
            .with(GENERATION, disk.generation().value())
            .with(MANIFEST_KEY, manifestKey)
            .with(GROUPS, groups.toByteArray())
            .with(TTL, (Long) now.plus(KEPT).getEpochSecond()));
  }

  private static String pk(RunDisk disk) {
    return "RUN#" + disk.runId();
  }

  private static String sk(RunDisk disk) {
    return "LOOK#" + disk.diskId();
  }
}
