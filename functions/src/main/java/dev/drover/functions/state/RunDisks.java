package dev.drover.functions.state;

import dev.drover.protocol.DiskId;
import dev.drover.protocol.RunId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** The disks of runs in the table, with the transitions that they allow. */
public final class RunDisks {
  private static final String SAME_GENERATION = "#epoch = :epoch AND #generation = :generation";
  private static final String FROM_STATE = "#state = :from";

  private final Table table;

  /** The disks in this table. */
  public RunDisks(Table table) {
    this.table = table;
  }

  /** One disk; empty as long as no generation that has it was opened. */
  public Optional<RunDisk> find(RunId runId, DiskId diskId) {
    return table.get(RunDisk.pk(runId), RunDisk.sk(diskId)).map(RunDisk::read);
  }

  /** A run's disks in boot order. */
  public List<RunDisk> all(RunId runId) {
    return table
        .query(RunDisk.pk(runId), RunDisk.SK_PREFIX)
        .map(RunDisk::read)
        .sorted(Comparator.comparingInt(RunDisk::diskNumber))
        .toList();
  }

  /**
   * Keeps the manifest of a disk that still takes segments. False: it does not any more, or another
   * generation was opened.
   */
  public boolean putManifest(RunDisk disk, String manifestKey) {
    return table.update(
        sameGeneration(disk)
            .onlyIf(FROM_STATE, "state")
            .value(":from", RunDisk.State.APPLYING.name())
            .set("manifestKey", manifestKey));
  }

  /**
   * APPLYING → COMPLETING: from now on no receipt of this disk becomes applied, because each is
   * written only while the disk is applying. False: it was not applying, or another generation was
   * opened.
   */
  public boolean beginCompleting(RunDisk disk) {
    return table.update(
        sameGeneration(disk)
            .onlyIf(FROM_STATE, "state")
            .value(":from", RunDisk.State.APPLYING.name())
            .set("state", RunDisk.State.COMPLETING.name()));
  }

  /** Keeps what was derived. False: the disk is not completing. */
  public boolean putCompletion(RunDisk disk, RunDisk.Completion completion) {
    return table.update(
        sameGeneration(disk)
            .onlyIf(FROM_STATE, "state")
            .value(":from", RunDisk.State.COMPLETING.name())
            .set("digestListKey", completion.digestListKey())
            .set("digestListDigest", completion.digestListDigest().hex())
            .set("diskDigest", completion.diskDigest().hex())
            .set("blocksWritten", completion.blocksWritten()));
  }

  /** COMPLETING → COMPLETED; a disk that is completed already stays so. */
  public boolean complete(RunDisk disk) {
    return table.update(
        sameGeneration(disk)
            .onlyIf("#state IN (:from, :to)", "state")
            .value(":from", RunDisk.State.COMPLETING.name())
            .value(":to", RunDisk.State.COMPLETED.name())
            .set("state", RunDisk.State.COMPLETED.name()));
  }

  /** For a transaction: the disk still takes segments of this generation. */
  TransactWriteItem stillApplying(RunDisk disk) {
    return table.checkInTransaction(
        sameGeneration(disk)
            .onlyIf(FROM_STATE, "state")
            .value(":from", RunDisk.State.APPLYING.name()));
  }

  private static ItemUpdate sameGeneration(RunDisk disk) {
    return ItemUpdate.of(RunDisk.pk(disk.runId()), RunDisk.sk(disk.diskId()))
        .onlyIf(SAME_GENERATION, "epoch", "generation")
        .value(":epoch", disk.epoch())
        .value(":generation", disk.generation().value());
  }
}
