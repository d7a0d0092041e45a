package dev.drover.functions.run;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.DoomedSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes the snapshots of a run that no disk of it writes into: those in whose place another came,
 * and those that were started and did not come into the table, because whoever started them died or
 * was throttled in between. Once more is harmless.
 */
public final class StraySnapshots {
  /** As many as EC2 describes in one question; what is more goes the next time. */
  private static final int AT_ONCE = 200;

  private final State state;
  private final Snapshots snapshots;
  private final ObjectStore objects;
  private final EventLog log;

  public StraySnapshots(State state, Snapshots snapshots, ObjectStore objects, EventLog log) {
    this.state = state;
    this.snapshots = snapshots;
    this.objects = objects;
    this.log = log;
  }

  /**
   * Deletes them.
   *
   * @param run as the table had it a moment ago
   */
  public void delete(Run run) {
    state.leftovers().doomed(run.id()).forEach(doomed -> delete(run.id(), doomed));
    // The first attempt may be starting snapshots right now.
    if (run.state().isEnded() || run.handOver().attempt() > 1) {
      deleteUnnamed(run);
    }
  }

  private void delete(RunId runId, DoomedSnapshot doomed) {
    delete(runId, doomed.snapshotId());
    String digestList = doomed.digestListKey();
    if (digestList != null) {
      objects.delete(List.of(digestList));
    }
    state.leftovers().forget(runId, doomed);
  }

  /** The table is read after the run: what an earlier attempt opened is in it by then, or never. */
  private void deleteUnnamed(Run run) {
    List<SnapshotId> tagged = snapshots.ofRun(run.id()).stream().limit(AT_ONCE).toList();
    Set<SnapshotId> named = new HashSet<>();
    state.disks().list(run.id()).stream().map(RunDisk::snapshotId).forEach(named::add);
    state.bases().list(run.jobId()).stream().map(BaseSnapshot::snapshotId).forEach(named::add);
    snapshots.find(tagged).stream()
        .filter(snapshot -> !named.contains(snapshot.id()))
        .filter(snapshot -> !mayBeOpened(run, snapshot))
        .forEach(snapshot -> delete(run.id(), snapshot.id()));
  }

  private void delete(RunId runId, SnapshotId id) {
    if (snapshots.delete(id) == Snapshots.Deletion.IN_USE) {
      throw new TransientException("snapshot " + id + " of " + runId + " is in use by an image");
    }
    log.event("snapshot-deleted", Map.of("runId", runId, "snapshotId", id));
  }

  /**
   * Whether a snapshot of the run that none of its disks names may still become one's: an opening
   * is taken only from the attempt that the run is at, and from none once it ended.
   */
  public static boolean mayBeOpened(Run run, Snapshots.Description snapshot) {
    int attempt = run.handOver().attempt();
    return attempt(snapshot) >= (run.state().isEnded() ? attempt + 1 : attempt);
  }

  private static int attempt(Snapshots.Description snapshot) {
    return Integer.parseInt(snapshot.tags().getOrDefault(Snapshots.TAG_ATTEMPT, "0"));
  }
}
