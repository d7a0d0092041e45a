package dev.drover.functions.state;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.Generation;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The disks of runs in the table, with the transitions that they allow. */
public final class RunDisks {
  private static final String PK_PREFIX = "RUN#";
  private static final String SK_PREFIX = "DISK#";
  private static final String EPOCH = "epoch";
  private static final String FIRST_EPOCH = "firstEpoch";
  private static final String GENERATION = "generation";
  private static final String BASE = "base";
  private static final String BASE_DIGEST_LIST_KEY = "baseDigestListKey";
  private static final String BASE_DIGEST_LIST_DIGEST = "baseDigestListDigest";
  private static final String BASE_REASON = "baseReason";
  private static final String SIZE_BYTES = "sizeBytes";
  private static final String SNAPSHOT_ID = "snapshotId";
  private static final String STARTED_AT = "startedAt";
  private static final String STATE = "state";
  private static final String MANIFEST_KEY = "manifestKey";
  private static final String DIGEST_LIST_KEY = "digestListKey";
  private static final String DIGEST_LIST_DIGEST = "digestListDigest";
  private static final String DISK_DIGEST = "diskDigest";
  private static final String LINEAR = "linear";
  private static final String BLOCKS_WRITTEN = "blocksWritten";
  private static final String TAKEN = "completionTaken";
  private static final String ROOT_DEVICE = "rootDevice";
  private static final String DISK_NUMBER = "diskNumber";
  private static final String LABEL = "label";
  private static final String ZEROS_LEFT_OUT = "zerosLeftOut";

  private static final String SAME_GENERATION = "#epoch = :epoch AND #generation = :generation";
  private static final String FROM_STATE = "#state = :from";

  private final Table table;

  RunDisks(Table table) {
    this.table = table;
  }

  /** One disk; empty as long as no generation that has it was opened. */
  public Optional<RunDisk> find(RunId runId, DiskId diskId) {
    return table.get(pk(runId), sk(diskId)).map(RunDisks::read);
  }

  /** A run's disks in boot order. */
  public List<RunDisk> list(RunId runId) {
    return table
        .query(pk(runId), SK_PREFIX)
        .map(RunDisks::read)
        .sorted(Comparator.comparingInt(RunDisk::diskNumber))
        .toList();
  }

  /**
   * A disk of a generation that is being opened; only from what the caller saw.
   *
   * @param seen the disk of an older generation, whose place it takes; null: there was none
   */
  public Write put(RunDisk disk, @Nullable RunDisk seen) {
    return seen == null
        ? table.putIfAbsent(item(disk))
        : table.replace(item(disk), EPOCH, seen.epoch());
  }

  /**
   * A generation is being opened that goes on into the same snapshot; only while the disk takes
   * segments of the one that the caller saw.
   */
  public Write goOn(RunDisk seen, RunDisk opened) {
    return table.change(
        from(RunDisk.State.APPLYING, seen)
            .set(GENERATION, opened.generation().value())
            .set(ROOT_DEVICE, (Boolean) opened.rootDevice())
            .set(DISK_NUMBER, opened.diskNumber())
            .set(LABEL, opened.label())
            .remove(MANIFEST_KEY));
  }

  /** The generation that is being opened does not have the disk any more. */
  public Write remove(RunDisk disk) {
    return table.remove(pk(disk.runId()), sk(disk.diskId()));
  }

  /** Forgets a disk of an image that is gone; one that is not there is forgotten already. */
  public void forget(RunDisk disk) {
    table.delete(pk(disk.runId()), sk(disk.diskId()));
  }

  /**
   * Keeps the manifest of a disk that still takes segments. False: it does not any more, or another
   * generation was opened.
   */
  public boolean putManifest(RunDisk disk, String manifestKey) {
    return table.update(from(RunDisk.State.APPLYING, disk).set(MANIFEST_KEY, manifestKey));
  }

  /**
   * APPLYING → COMPLETING: from now on no receipt of this disk becomes applied, because each is
   * written only while the disk is applying. False: it was not applying, or another generation was
   * opened.
   */
  public boolean beginCompleting(RunDisk disk) {
    return table.update(
        from(RunDisk.State.APPLYING, disk).set(STATE, RunDisk.State.COMPLETING.name()));
  }

  /** Keeps what was derived. False: the disk is not completing. */
  public boolean putCompletion(RunDisk disk, RunDisk.Completion completion) {
    return table.update(
        from(RunDisk.State.COMPLETING, disk)
            .set(DIGEST_LIST_KEY, completion.digestListKey())
            .set(DIGEST_LIST_DIGEST, completion.digestListDigest().hex())
            .set(DISK_DIGEST, completion.diskDigest().hex())
            .set(LINEAR, completion.linear().hex())
            .set(BLOCKS_WRITTEN, completion.blocksWritten()));
  }

  /** EBS completes the snapshot; a disk that has gone on meanwhile needs no note of it. */
  public void completionTaken(RunDisk disk) {
    table.update(from(RunDisk.State.COMPLETING, disk).set(TAKEN, (Boolean) true));
  }

  /**
   * Any state → GIVEN_BACK: the disk's snapshot is not its any more, and no receipt of this epoch
   * counts. Only from the epoch and state that the caller saw.
   */
  public Write giveBack(RunDisk disk) {
    return table.change(from(disk.state(), disk).set(STATE, RunDisk.State.GIVEN_BACK.name()));
  }

  /** COMPLETING → COMPLETED; a disk that is completed already stays so. */
  public boolean complete(RunDisk disk) {
    return table.update(
        sameGeneration(disk)
            .onlyIf("#state IN (:from, :to)", STATE)
            .value(":from", RunDisk.State.COMPLETING.name())
            .value(":to", RunDisk.State.COMPLETED.name())
            .set(STATE, RunDisk.State.COMPLETED.name()));
  }

  /** Only a condition: the disk still takes segments of this generation. */
  Write stillApplying(RunDisk disk) {
    return table.check(from(RunDisk.State.APPLYING, disk));
  }

  private static ItemUpdate from(RunDisk.State state, RunDisk disk) {
    return sameGeneration(disk).onlyIf(FROM_STATE, STATE).value(":from", state.name());
  }

  private static ItemUpdate sameGeneration(RunDisk disk) {
    return ItemUpdate.of(pk(disk.runId()), sk(disk.diskId()))
        .onlyIf(SAME_GENERATION, EPOCH, GENERATION)
        .value(":epoch", disk.epoch())
        .value(":generation", disk.generation().value());
  }

  private static String pk(RunId runId) {
    return PK_PREFIX + runId;
  }

  private static String sk(DiskId diskId) {
    return SK_PREFIX + diskId;
  }

  private static Item item(RunDisk disk) {
    RunDisk.Base base = disk.base();
    RunDisk.Completion completion = disk.completion();
    Item item =
        Item.of(pk(disk.runId()), sk(disk.diskId()))
            .with(EPOCH, disk.epoch())
            .with(FIRST_EPOCH, disk.firstEpoch())
            .with(GENERATION, disk.generation().value())
            .with(BASE, ObjectKeys.baseText(disk.baseSnapshot()))
            .with(BASE_REASON, disk.baseReason())
            .with(SIZE_BYTES, disk.sizeBytes())
            .with(SNAPSHOT_ID, disk.snapshotId().value())
            .with(STARTED_AT, disk.startedAt())
            .with(STATE, disk.state().name())
            .with(MANIFEST_KEY, disk.manifestKey())
            .with(ROOT_DEVICE, disk.rootDevice())
            .with(DISK_NUMBER, disk.diskNumber())
            .with(LABEL, disk.label())
            .with(ZEROS_LEFT_OUT, disk.zerosLeftOut());
    if (base != null) {
      item.with(BASE_DIGEST_LIST_KEY, base.digestListKey());
      item.with(BASE_DIGEST_LIST_DIGEST, base.digestListDigest().hex());
    }
    if (completion != null) {
      item.with(DIGEST_LIST_KEY, completion.digestListKey());
      item.with(DIGEST_LIST_DIGEST, completion.digestListDigest().hex());
      item.with(DISK_DIGEST, completion.diskDigest().hex());
      item.with(LINEAR, completion.linear().hex());
      item.with(BLOCKS_WRITTEN, completion.blocksWritten());
      item.with(TAKEN, (Boolean) completion.taken());
    }
    return item;
  }

  private static RunDisk read(Item item) {
    return new RunDisk(
        new RunId(item.text(Item.PK).substring(PK_PREFIX.length())),
        new DiskId(item.text(Item.SK).substring(SK_PREFIX.length())),
        item.count(EPOCH),
        // One of before this was known inherits nothing.
        item.findNumber(FIRST_EPOCH).map(Math::toIntExact).orElseGet(() -> item.count(EPOCH)),
        new Generation(item.text(GENERATION)),
        readBase(item),
        item.findText(BASE_REASON).orElse(null),
        item.number(SIZE_BYTES),
        new SnapshotId(item.text(SNAPSHOT_ID)),
        item.time(STARTED_AT),
        RunDisk.State.valueOf(item.text(STATE)),
        item.findText(MANIFEST_KEY).orElse(null),
        readCompletion(item),
        item.flag(ROOT_DEVICE),
        item.count(DISK_NUMBER),
        item.text(LABEL),
        item.flag(ZEROS_LEFT_OUT));
  }

  private static RunDisk.@Nullable Base readBase(Item item) {
    SnapshotId snapshotId = ObjectKeys.parseBase(item.text(BASE));
    return snapshotId == null
        ? null
        : new RunDisk.Base(
            snapshotId,
            item.text(BASE_DIGEST_LIST_KEY),
            Digest.ofHex(item.text(BASE_DIGEST_LIST_DIGEST)));
  }

  private static RunDisk.@Nullable Completion readCompletion(Item item) {
    return item.findText(DIGEST_LIST_KEY)
        .map(
            key ->
                new RunDisk.Completion(
                    key,
                    Digest.ofHex(item.text(DIGEST_LIST_DIGEST)),
                    Digest.ofHex(item.text(DISK_DIGEST)),
                    Digest.ofHex(item.text(LINEAR)),
                    item.number(BLOCKS_WRITTEN),
                    item.flag(TAKEN)))
        .orElse(null);
  }
}
