package dev.drover.functions.run;

import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.RunReference;
import dev.drover.protocol.EnvironmentName;

/**
 * What a run that made no image leaves in AWS: its snapshots, an image that was not committed, and
 * what it staged. The snapshots go first, because pending ones count against the account's quota.
 */
public final class RunLeftovers implements RunCleanUp {
  private final UncommittedSnapshots snapshots;
  private final StagedObjects staging;

  public RunLeftovers(UncommittedSnapshots snapshots, StagedObjects staging) {
    this.snapshots = snapshots;
    this.staging = staging;
  }

  @Override
  public void cleanUp(EnvironmentName environment, RunReference run) {
    snapshots.delete(run);
    staging.purge(environment, run.jobId(), run.runId());
  }
}
