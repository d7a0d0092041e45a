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
 * @param rebuildIndex whether connectors are not to trust their index of it
 * @param distrusted why it cannot serve as a base any more, for people; null when it can
 * @param zerosLeftOut whether zero blocks of it, or of the first copy that it descends from, were
 *     never written: encrypted, they would read as anything
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
    boolean rebuildIndex,
    @Nullable String distrusted,
    boolean zerosLeftOut) {}
