package dev.drover.functions.state;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import org.jspecify.annotations.Nullable;

/**
 * The completed snapshot that the next copy of a disk may be a child of.
 *
 * <p>Item {@code BASE#<job> / <disk>}; only the commit of a run writes it.
 *
 * @param runId the run that made it
 * @param diskDigest whole-disk digest: a connector's index that has it describes this snapshot
 * @param sizeBytes size of the disk at that time
 * @param kmsKeyId the key that the job asked for, as it asked; null: none or the account's own
 * @param rebuildIndex whether connectors are not to trust their index of it
 * @param distrusted why it cannot serve as a base any more, for people; null when it can
 */
public record BaseSnapshot(
    JobId jobId,
    DiskId diskId,
    SnapshotId snapshotId,
    RunId runId,
    String digestListKey,
    Digest digestListDigest,
    Digest diskDigest,
    long sizeBytes,
    boolean encrypted,
    @Nullable String kmsKeyId,
    boolean rebuildIndex,
    @Nullable String distrusted) {
  private static final String PK_PREFIX = "BASE#";

  /** The partition of a job's bases. */
  public static String pk(JobId jobId) {
    return PK_PREFIX + jobId;
  }

  /** Reads an item. */
  public static BaseSnapshot read(Item item) {
    return new BaseSnapshot(
        new JobId(item.text(Item.PK).substring(PK_PREFIX.length())),
        new DiskId(item.text(Item.SK)),
        new SnapshotId(item.text("snapshotId")),
        new RunId(item.text("runId")),
        item.text("digestListKey"),
        Digest.ofHex(item.text("digestListDigest")),
        Digest.ofHex(item.text("diskDigest")),
        item.number("sizeBytes"),
        item.flag("encrypted"),
        item.findText("kmsKeyId").orElse(null),
        item.flag("rebuildIndex"),
        item.findText("distrusted").orElse(null));
  }

  /** The item. */
  public Item toItem() {
    return Item.of(pk(jobId), diskId.value())
        .with("snapshotId", snapshotId.value())
        .with("runId", runId.value())
        .with("digestListKey", digestListKey)
        .with("digestListDigest", digestListDigest.hex())
        .with("diskDigest", diskDigest.hex())
        .with("sizeBytes", sizeBytes)
        .with("encrypted", encrypted)
        .with("kmsKeyId", kmsKeyId)
        .with("rebuildIndex", rebuildIndex)
        .with("distrusted", distrusted);
  }
}
