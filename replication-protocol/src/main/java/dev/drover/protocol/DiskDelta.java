package dev.drover.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What one run carries of one disk: all that differs, in one generation, from one base.
 *
 * <p>The word is SMS's own, whose later runs upload the "delta" since the run before. A first copy
 * is a delta too, from no base: everything. Segments, manifests and staging keys name their delta
 * by the same six values, and what was sent for one delta is worth nothing for another: another
 * generation shows another instant, another base leaves other blocks out.
 *
 * @param jobId of the server that the disk is of
 * @param base the completed snapshot that the blocks differ from; null when everything is sent
 * @param generation the VM snapshot that the blocks are read from
 */
public record DiskDelta(
    EnvironmentName environment,
    JobId jobId,
    RunId runId,
    DiskId diskId,
    @Nullable SnapshotId base,
    Generation generation) {

  /** Refuses a delta with a part missing. */
  public DiskDelta {
    InvalidMessageException.requirePresent(environment, "environment");
    InvalidMessageException.requirePresent(jobId, "jobId");
    InvalidMessageException.requirePresent(runId, "runId");
    InvalidMessageException.requirePresent(diskId, "diskId");
    InvalidMessageException.requirePresent(generation, "generation");
  }

  /** What another generation carries of the same disk. */
  public DiskDelta in(Generation another) {
    return new DiskDelta(environment, jobId, runId, diskId, base, another);
  }
}
