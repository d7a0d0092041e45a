package dev.drover.functions.report;

import dev.drover.functions.state.Item;
import dev.drover.functions.state.Table;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.ReplicationPlan;
import dev.drover.protocol.Report.OpenedDisk;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** The disks of a run as they are when a generation opens. */
final class OpenedDisks {
  private static final String SK_PREFIX = "DISK#";
  private static final String APPLYING = "APPLYING";

  private final Table table;

  OpenedDisks(Table table) {
    this.table = table;
  }

  /**
   * A disk that was opened before in the run.
   *
   * @param epoch which snapshot of the disk it is in this run
   */
  record Known(
      DiskId diskId,
      int epoch,
      Generation generation,
      @Nullable SnapshotId base,
      long sizeBytes,
      SnapshotId snapshotId) {

    /** Whether segments of that generation go on into the same snapshot. */
    boolean serves(OpenedDisk disk, Generation opened) {
      return generation.equals(opened)
          && sizeBytes == disk.sizeBytes()
          && ObjectKeys.baseText(base).equals(ObjectKeys.baseText(disk.base()));
    }
  }

  /**
   * A disk with the snapshot that was started for it.
   *
   * @param number in boot order, from 0; the first is the root
   * @param base what the plan says of the base; null: none
   */
  record Fresh(
      RunId runId,
      OpenedDisk disk,
      int number,
      int epoch,
      Generation generation,
      ReplicationPlan.@Nullable Base base,
      @Nullable String baseReason,
      SnapshotId snapshotId) {}

  /** Every disk of the run, by id. */
  Map<DiskId, Known> all(RunId runId) {
    return table
        .query(pk(runId), SK_PREFIX)
        .map(OpenedDisks::read)
        .collect(Collectors.toMap(Known::diskId, Function.identity()));
  }

  private static Known read(Item item) {
    return new Known(
        new DiskId(item.text(Item.SK).substring(SK_PREFIX.length())),
        item.count("epoch"),
        new Generation(item.text("generation")),
        ObjectKeys.parseBase(item.text("base")),
        item.number("sizeBytes"),
        new SnapshotId(item.text("snapshotId")));
  }

  /** Puts a disk in place of the one that was known, or of none. */
  TransactWriteItem put(Fresh fresh, @Nullable Known known) {
    return known == null
        ? table.putIfAbsentInTransaction(item(fresh))
        : table.replaceInTransaction(item(fresh), "epoch", known.epoch());
  }

  /** Takes out a disk that the newer generation does not have. */
  TransactWriteItem remove(RunId runId, Known known) {
    return TransactWriteItem.builder()
        .delete(
            delete ->
                delete
                    .tableName(table.name())
                    .key(
                        Map.of(
                            Item.PK, AttributeValue.fromS(pk(runId)),
                            Item.SK, AttributeValue.fromS(SK_PREFIX + known.diskId()))))
        .build();
  }

  private static Item item(Fresh fresh) {
    ReplicationPlan.Base base = fresh.base();
    return Item.of(pk(fresh.runId()), SK_PREFIX + fresh.disk().diskId())
        .with("epoch", fresh.epoch())
        .with("generation", fresh.generation().value())
        .with("base", ObjectKeys.baseText(base == null ? null : base.snapshotId()))
        .with("baseDigestListKey", base == null ? null : base.digestListKey())
        .with("baseDigestListDigest", base == null ? null : base.digestListDigest().hex())
        .with("baseReason", fresh.baseReason())
        .with("sizeBytes", (Long) fresh.disk().sizeBytes())
        .with("snapshotId", fresh.snapshotId().value())
        .with("state", APPLYING)
        .with("rootDevice", fresh.number() == 0)
        .with("diskNumber", fresh.number())
        .with("label", fresh.disk().label());
  }

  private static String pk(RunId runId) {
    return "RUN#" + runId;
  }
}
