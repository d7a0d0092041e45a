package dev.drover.functions.image;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.JobId;
import dev.drover.protocol.SnapshotId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes the images of a job that are older than the newest so many, with their snapshots and
 * digest lists. What is a base, or belongs to an image that is kept, stays; so does an image that
 * somebody uses or took from us, and a snapshot that somebody took from us, and the job says which.
 */
public final class PruneImages {
  private static final String UNTAGGED = "its tag " + Snapshots.TAG_RUN + " was taken away";

  private final State state;
  private final Images images;
  private final Snapshots snapshots;
  private final ObjectStore objects;
  private final EventLog log;

  public PruneImages(
      State state, Images images, Snapshots snapshots, ObjectStore objects, EventLog log) {
    this.state = state;
    this.images = images;
    this.snapshots = snapshots;
    this.objects = objects;
    this.log = log;
  }

  /** How many images were removed. */
  public record Output(int removedImages) {}

  public Output prune(RunReference run) {
    Integer keep =
        state.jobs().find(run.jobId()).map(job -> job.settings().recentAmisToKeep()).orElse(null);
    if (keep == null || keep <= 0) {
      return new Output(0);
    }
    List<Run> newestFirst =
        state
            .runs()
            .list(run.jobId())
            .filter(each -> each.state() == Run.State.COMPLETED && each.outcome().amiId() != null)
            .sorted(Comparator.comparing(PruneImages::completedTime).reversed())
            .toList();
    List<Run> kept = newestFirst.stream().limit(keep).toList();
    Set<SnapshotId> needed = needed(run.jobId(), kept);
    LeftImages left = new LeftImages(keep);
    int removed = 0;
    for (Run old : newestFirst.subList(kept.size(), newestFirst.size())) {
      removed += remove(old, needed, left) ? 1 : 0;
    }
    if (!left.isEmpty()) {
      state.jobs().remark(run.jobId(), left.sentence());
    }
    return new Output(removed);
  }

  private Set<SnapshotId> needed(JobId jobId, List<Run> kept) {
    Set<SnapshotId> needed = new HashSet<>();
    state.bases().list(jobId).stream().map(BaseSnapshot::snapshotId).forEach(needed::add);
    for (Run run : kept) {
      state.disks().list(run.id()).stream().map(RunDisk::snapshotId).forEach(needed::add);
    }
    return needed;
  }

  /**
   * Removes a run's image, with what nobody needs of it; nothing when an earlier prune did, or when
   * the image is to stay.
   */
  private boolean remove(Run old, Set<SnapshotId> needed, LeftImages left) {
    List<RunDisk> remaining = state.disks().list(old.id());
    if (remaining.isEmpty()) {
      return false;
    }
    String amiId = String.valueOf(old.outcome().amiId());
    Optional<Images.Description> image = images.find(amiId);
    Optional<String> reason = image.flatMap(found -> whyLeft(old, found));
    if (reason.isPresent()) {
      left.add(amiId, reason.get());
      log.event("image-left", Map.of("runId", old.id(), "amiId", amiId, "reason", reason.get()));
      return false;
    }
    images.deregister(amiId);
    List<RunDisk> unneeded =
        remaining.stream().filter(disk -> !needed.contains(disk.snapshotId())).toList();
    Set<SnapshotId> taken = takenFromUs(old, unneeded);
    for (RunDisk disk : unneeded) {
      if (taken.contains(disk.snapshotId())) {
        leave(old, disk.snapshotId(), left);
      } else {
        remove(disk);
      }
    }
    if (image.isPresent()) {
      log.event("image-pruned", Map.of("runId", old.id(), "amiId", amiId));
    }
    return image.isPresent();
  }

  /** Why an image is to stay; empty: it may go. */
  private Optional<String> whyLeft(Run old, Images.Description image) {
    return isOf(old, image.tags()) ? images.use(image.amiId()) : Optional.of(UNTAGGED);
  }

  private static boolean isOf(Run run, Map<String, String> tags) {
    return run.id().value().equals(tags.get(Snapshots.TAG_RUN));
  }

  /** Those that exist and do not have the run's tag any more. */
  private Set<SnapshotId> takenFromUs(Run old, List<RunDisk> disks) {
    return snapshots.find(disks.stream().map(RunDisk::snapshotId).toList()).stream()
        .filter(found -> !isOf(old, found.tags()))
        .map(Snapshots.Description::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void leave(Run old, SnapshotId snapshotId, LeftImages left) {
    left.add(snapshotId, UNTAGGED);
    log.event(
        "snapshot-left", Map.of("runId", old.id(), "snapshotId", snapshotId, "reason", UNTAGGED));
  }

  /** The disk's item goes last: while it is there, the next prune tries again. */
  private void remove(RunDisk disk) {
    if (snapshots.delete(disk.snapshotId()) == Snapshots.Deletion.IN_USE) {
      log.event("snapshot-in-use", Map.of("snapshotId", disk.snapshotId()));
      return;
    }
    RunDisk.Completion completion = disk.completion();
    if (completion != null) {
      objects.delete(List.of(completion.digestListKey()));
    }
    state.disks().forget(disk);
  }

  private static Instant completedTime(Run run) {
    Instant completed = run.outcome().completedTime();
    return completed == null ? run.scheduledStartTime() : completed;
  }
}
