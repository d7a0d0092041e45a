package dev.drover.functions.image;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.BaseSnapshots;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunDisks;
import dev.drover.functions.state.Table;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes the images of a job that are older than the newest so many, with their snapshots and
 * digest lists. What is a base, or belongs to an image that is kept, stays.
 */
public final class PruneImages {
  private final Table table;
  private final RunDisks disks;
  private final BaseSnapshots bases;
  private final Images images;
  private final Snapshots snapshots;
  private final ObjectStore objects;
  private final EventLog log;

  public PruneImages(
      Table table, Images images, Snapshots snapshots, ObjectStore objects, EventLog log) {
    this.table = table;
    this.disks = new RunDisks(table);
    this.bases = new BaseSnapshots(table);
    this.images = images;
    this.snapshots = snapshots;
    this.objects = objects;
    this.log = log;
  }

  /** What the state machine gives. */
  public record Input(JobId jobId, RunId runId) {}

  /** How many images were removed. */
  public record Output(int removedImages) {}

  public Output prune(Input input) {
    Integer keep =
        Job.find(table, input.jobId()).map(job -> job.settings().recentAmisToKeep()).orElse(null);
    if (keep == null || keep <= 0) {
      return new Output(0);
    }
    List<Run> newestFirst =
        Run.list(table, input.jobId())
            .filter(run -> run.state() == Run.State.COMPLETED && run.outcome().amiId() != null)
            .sorted(Comparator.comparing(PruneImages::completedTime).reversed())
            .toList();
    List<Run> kept = newestFirst.stream().limit(keep).toList();
    Set<SnapshotId> needed = needed(input.jobId(), kept);
    int removed = 0;
    for (Run old : newestFirst.subList(kept.size(), newestFirst.size())) {
      removed += remove(old, needed) ? 1 : 0;
    }
    return new Output(removed);
  }

  private Set<SnapshotId> needed(JobId jobId, List<Run> kept) {
    Set<SnapshotId> needed = new HashSet<>();
    bases.of(jobId).stream().map(BaseSnapshot::snapshotId).forEach(needed::add);
    for (Run run : kept) {
      disks.all(run.id()).stream().map(RunDisk::snapshotId).forEach(needed::add);
    }
    return needed;
  }

  /** Removes a run's image; nothing when an earlier prune did. */
  private boolean remove(Run old, Set<SnapshotId> needed) {
    List<RunDisk> remaining = disks.all(old.id());
    if (remaining.isEmpty()) {
      return false;
    }
    String amiId = String.valueOf(old.outcome().amiId());
    images.deregister(amiId);
    remaining.stream()
        .filter(disk -> !needed.contains(disk.snapshotId()))
        .forEach(disk -> remove(old.id(), disk));
    log.event("image-pruned", Map.of("runId", old.id(), "amiId", amiId));
    return true;
  }

  /** The disk's item goes last: while it is there, the next prune tries again. */
  private void remove(RunId runId, RunDisk disk) {
    if (snapshots.delete(disk.snapshotId()) == Snapshots.Deletion.IN_USE) {
      log.event("snapshot-in-use", Map.of("snapshotId", disk.snapshotId()));
      return;
    }
    RunDisk.Completion completion = disk.completion();
    if (completion != null) {
      objects.delete(List.of(completion.digestListKey()));
    }
    table.delete(RunDisk.pk(runId), RunDisk.sk(disk.diskId()));
  }

  private static Instant completedTime(Run run) {
    Instant completed = run.outcome().completedTime();
    return completed == null ? run.scheduledStartTime() : completed;
  }
}
