package dev.drover.functions.run;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageName;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Deletes the snapshots of a run that nobody needs, pending or completed, with their digest lists:
 * of a run that made no image those of every epoch, an image that was made but not committed, and
 * what VM Import does for it; of one that did, those that are none of its disks' and not its
 * image's. Once more is harmless.
 */
public final class UnusedSnapshots {
  private final State state;
  private final Snapshots snapshots;
  private final Images images;
  private final ImageImports imports;
  private final ObjectStore objects;
  private final EventLog log;

  public UnusedSnapshots(
      State state,
      Snapshots snapshots,
      Images images,
      ImageImports imports,
      ObjectStore objects,
      EventLog log) {
    this.state = state;
    this.snapshots = snapshots;
    this.images = images;
    this.imports = imports;
    this.objects = objects;
    this.log = log;
  }

  /** Deletes them; tells how many snapshots that were. The run has ended for good. */
  public int delete(EnvironmentName environment, Run run) {
    boolean committed = run.state() == Run.State.COMPLETED;
    if (!committed) {
      // The image first: EC2 does not delete snapshots that an image uses.
      images
          .findByName(ImageName.of(run.id()))
          .ifPresent(image -> images.deregister(image.amiId()));
      if (run.course().imported() != null) {
        imports.ofRun(run.id()).forEach(task -> end(run, task));
      }
    }
    Set<SnapshotId> ofDisks =
        state.disks().list(run.id()).stream().map(RunDisk::snapshotId).collect(Collectors.toSet());
    // Those that the table names and those that carry the tag: an epoch may be in one only.
    Set<SnapshotId> doomed = new TreeSet<>((a, b) -> a.value().compareTo(b.value()));
    doomed.addAll(snapshots.ofRun(run.id()));
    if (committed) {
      doomed.removeAll(ofDisks);
      if (run.course().imported() != null) {
        doomed.removeAll(ofImport(doomed));
      }
    } else {
      doomed.addAll(ofDisks);
    }
    doomed.removeAll(basesOf(run.jobId()));
    doomed.forEach(id -> delete(run.id(), id));
    deleteDigestLists(environment, run, doomed);
    log.event("run-snapshots-deleted", Map.of("runId", run.id(), "snapshots", doomed.size()));
    return doomed.size();
  }

  /**
   * What VM Import makes has no tags until the run gets it, and without the run's it could not be
   * deleted.
   */
  private void end(Run run, ImageImports.Task task) {
    if (task.status() == ImageImports.Status.ACTIVE) {
      imports.cancel(task.id());
      log.event("image-import-cancelled", Map.of("runId", run.id(), "importTaskId", task.id()));
    }
    Optional.ofNullable(task.amiId())
        .flatMap(images::find)
        .ifPresent(
            image -> {
              Map<String, String> tags =
                  Map.of(
                      Snapshots.TAG_JOB, run.jobId().value(),
                      Snapshots.TAG_RUN, run.id().value(),
                      ImageImports.TAG_IMPORT, task.id());
              snapshots.tag(image.snapshots(), tags);
              images.tag(image.amiId(), tags);
              images.deregister(image.amiId());
            });
  }

  /** Those that VM Import made for the run's image. */
  private Set<SnapshotId> ofImport(Set<SnapshotId> ids) {
    return snapshots.find(ids).stream()
        .filter(snapshot -> snapshot.tags().containsKey(ImageImports.TAG_IMPORT))
        .map(Snapshots.Description::id)
        .collect(Collectors.toUnmodifiableSet());
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

  /** A list is put before the table names it, so they are found by the names of the snapshots. */
  private void deleteDigestLists(EnvironmentName environment, Run run, Set<SnapshotId> doomed) {
    Set<String> names = doomed.stream().map(SnapshotId::value).collect(Collectors.toSet());
    if (names.isEmpty()) {
      return;
    }
    List<String> keys =
        objects
            .list(ObjectKeys.digestListsOfJob(environment, run.jobId()))
            .map(ObjectStore.Listed::key)
            .filter(key -> names.contains(key.substring(key.lastIndexOf('/') + 1)))
            .toList();
    objects.delete(keys);
  }
}
