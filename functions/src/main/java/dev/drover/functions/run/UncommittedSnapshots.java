package dev.drover.functions.run;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageName;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Deletes the snapshots of a run that made no image: of every epoch, pending or completed, with
 * their digest lists, and an image that was registered but not committed. A run that was committed
 * keeps all of it. Once more is harmless.
 */
public final class UncommittedSnapshots {
  private final State state;
  private final Snapshots snapshots;
  private final Images images;
  private final ObjectStore objects;
  private final EventLog log;

  public UncommittedSnapshots(
      State state, Snapshots snapshots, Images images, ObjectStore objects, EventLog log) {
    this.state = state;
    this.snapshots = snapshots;
    this.images = images;
    this.objects = objects;
    this.log = log;
  }

  /** Deletes them; tells how many snapshots that were. */
  public int delete(RunReference reference) {
    RunId runId = reference.runId();
    boolean committed =
        state.runs().find(reference).filter(run -> run.state() == Run.State.COMPLETED).isPresent();
    if (committed) {
      return 0;
    }
    // The image first: EC2 does not delete snapshots that an image uses.
    images.findByName(ImageName.of(runId)).ifPresent(image -> images.deregister(image.amiId()));
    Set<SnapshotId> doomed = ofRun(runId);
    doomed.removeAll(basesOf(reference.jobId()));
    doomed.forEach(id -> delete(runId, id));
    deleteDigestLists(runId);
    log.event("run-snapshots-deleted", Map.of("runId", runId, "snapshots", doomed.size()));
    return doomed.size();
  }

  /** Those that the table names and those that carry the run's tag: an epoch may be in one only. */
  private Set<SnapshotId> ofRun(RunId runId) {
    Set<SnapshotId> ids = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
    ids.addAll(snapshots.ofRun(runId));
    state.disks().list(runId).forEach(disk -> ids.add(disk.snapshotId()));
    return ids;
  }

  private Set<SnapshotId> basesOf(JobId jobId) {
    return state.bases().list(jobId).stream()
        .map(BaseSnapshot::snapshotId)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void delete(RunId runId, SnapshotId id) {
    if (snapshots.delete(id) == Snapshots.Deletion.IN_USE) {
      // EC2 frees an image's snapshots some time after it was deregistered.
      throw new TransientException("snapshot " + id + " of " + runId + " is in use by an image");
    }
  }

  private void deleteDigestLists(RunId runId) {
    List<String> keys =
        state.disks().list(runId).stream()
            .map(RunDisk::completion)
            .filter(completion -> completion != null)
            .map(RunDisk.Completion::digestListKey)
            .filter(key -> key.startsWith(ObjectKeys.DIGESTS))
            .toList();
    objects.delete(keys);
  }
}
