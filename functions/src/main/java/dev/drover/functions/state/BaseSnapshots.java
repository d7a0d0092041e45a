package dev.drover.functions.state;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.List;

/** The bases of jobs' disks in the table. */
public final class BaseSnapshots {
  private static final String PK_PREFIX = "BASE#";
  private static final String SNAPSHOT_ID = "snapshotId";
  private static final String RUN_ID = "runId";
  private static final String DIGEST_LIST_KEY = "digestListKey";
  private static final String DIGEST_LIST_DIGEST = "digestListDigest";
  private static final String DISK_DIGEST = "diskDigest";
  private static final String SIZE_BYTES = "sizeBytes";
  private static final String REBUILD_INDEX = "rebuildIndex";
  private static final String DISTRUSTED = "distrusted";
  private static final String ZEROS_LEFT_OUT = "zerosLeftOut";

  private final Table table;

  BaseSnapshots(Table table) {
    this.table = table;
  }

  /** The bases of a job's disks, ascending by disk. */
  public List<BaseSnapshot> list(JobId jobId) {
    return table.query(pk(jobId)).map(BaseSnapshots::read).toList();
  }

  /** Connectors are to read the digest list anew instead of trusting their index of this base. */
  public boolean rebuildIndex(JobId jobId, DiskId diskId, SnapshotId base) {
    return table.update(ifStill(jobId, diskId, base).set(REBUILD_INDEX, true));
  }

  /** This base cannot serve any more: the next run sends the whole disk and says why. */
  public boolean distrust(JobId jobId, DiskId diskId, SnapshotId base, String reason) {
    return table.update(ifStill(jobId, diskId, base).set(DISTRUSTED, reason));
  }

  /** The disk's base from now on, whatever it was before. */
  public Write put(BaseSnapshot base) {
    return table.put(item(base));
  }

  /** The disk has no base any more. */
  public Write remove(BaseSnapshot base) {
    return table.remove(pk(base.jobId()), base.diskId().value());
  }

  private static ItemUpdate ifStill(JobId jobId, DiskId diskId, SnapshotId base) {
    return ItemUpdate.of(pk(jobId), diskId.value())
        .onlyIf("#snapshotId = :base", SNAPSHOT_ID)
        .value(":base", base.value());
  }

  private static String pk(JobId jobId) {
    return PK_PREFIX + jobId;
  }

  private static Item item(BaseSnapshot base) {
    return Item.of(pk(base.jobId()), base.diskId().value())
        .with(SNAPSHOT_ID, base.snapshotId().value())
        .with(RUN_ID, base.runId().value())
        .with(DIGEST_LIST_KEY, base.digestListKey())
        .with(DIGEST_LIST_DIGEST, base.digestListDigest().hex())
        .with(DISK_DIGEST, base.diskDigest().hex())
        .with(SIZE_BYTES, base.sizeBytes())
        .with(REBUILD_INDEX, base.rebuildIndex())
        .with(DISTRUSTED, base.distrusted())
        .with(ZEROS_LEFT_OUT, base.zerosLeftOut());
  }

  private static BaseSnapshot read(Item item) {
    return new BaseSnapshot(
        new JobId(item.text(Item.PK).substring(PK_PREFIX.length())),
        new DiskId(item.text(Item.SK)),
        new SnapshotId(item.text(SNAPSHOT_ID)),
        new RunId(item.text(RUN_ID)),
        item.text(DIGEST_LIST_KEY),
        Digest.ofHex(item.text(DIGEST_LIST_DIGEST)),
        Digest.ofHex(item.text(DISK_DIGEST)),
        item.number(SIZE_BYTES),
        item.flag(REBUILD_INDEX),
        item.findText(DISTRUSTED).orElse(null),
        item.flag(ZEROS_LEFT_OUT));
  }
}
