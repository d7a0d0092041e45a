package dev.drover.functions.run;

import dev.drover.functions.staging.StagedObjects;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;

/**
 * What a run leaves that nobody needs. On its site: what stands there for it. In AWS: of one that
 * made no image its snapshots, an image that was not committed, and what it staged; of one that
 * did, what is none of its image. The customer's datastore comes first, and pending snapshots come
 * before what is staged, because they count against the account's quota.
 */
public final class RunLeftovers implements RunCleanUp {
  private final State state;
  private final SiteCleanUp site;
  private final UnusedSnapshots snapshots;
  private final StagedObjects staging;

  public RunLeftovers(
      State state, SiteCleanUp site, UnusedSnapshots snapshots, StagedObjects staging) {
    this.state = state;
    this.site = site;
    this.snapshots = snapshots;
    this.staging = staging;
  }

  @Override
  public void cleanUp(RunReference reference) {
    Run run = state.runs().find(reference).orElse(null);
    Job job = state.jobs().find(reference.jobId()).orElse(null);
    if (run == null || job == null || !run.state().isEnded()) {
      return;
    }
    if (!run.isResumable() || !job.state().isGoing()) {
      site.ask(job, run);
    }
    if (run.isResumable()) {
      return;
    }
    snapshots.delete(job.environment(), run);
    staging.purge(job.environment(), run.jobId(), run.id());
  }
}
