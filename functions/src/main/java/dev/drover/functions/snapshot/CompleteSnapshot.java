package dev.drover.functions.snapshot;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.SnapshotBlocks;
import dev.drover.functions.account.SnapshotNotWritableException;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.FormatException;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.UnknownVersionException;
import dev.drover.protocol.format.DigestListHeader;
import dev.drover.protocol.format.DigestListWriter;
import dev.drover.protocol.format.ManifestReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Completes a disk's snapshot, if the two derivations of its content agree. */
final class CompleteSnapshot {
  private final State state;
  private final ObjectStore objects;
  private final SnapshotBlocks blocks;
  private final Snapshots snapshots;
  private final InstantSource clock;
  private final EventLog log;

  CompleteSnapshot(
      State state,
      ObjectStore objects,
      SnapshotBlocks blocks,
      Snapshots snapshots,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.objects = objects;
    this.blocks = blocks;
    this.snapshots = snapshots;
    this.clock = clock;
    this.log = log;
  }

  /** What the state machine gives. */
  record Input(JobId jobId, RunId runId, DiskId diskId) {
    RunReference run() {
      return new RunReference(jobId, runId);
    }
  }

  /** The snapshot that EBS is completing, or has completed. */
  record Output(SnapshotId snapshotId) {}

  Output complete(Input input) {
    Job job = ActiveRun.find(state, input.run()).job();
    RunDisk disk = find(input.runId(), input.diskId());
    if (disk.state() != RunDisk.State.COMPLETED) {
      state.runs().reach(input.run(), Run.Stage.CONVERTING);
      complete(job, disk);
    }
    return new Output(disk.snapshotId());
  }

  /** The same of one disk, whatever its run does meanwhile. */
  void complete(Job job, RunDisk found) {
    RunDisk disk = completing(found);
    if (disk.state() == RunDisk.State.COMPLETED) {
      return;
    }
    RunDisk.Completion completion = completion(job, disk);
    if (!completion.taken()) {
      completeInEbs(disk, completion);
    }
    log.event(
        "snapshot-completing",
        Map.of(
            "runId", disk.runId(),
            "diskId", disk.diskId(),
            "snapshotId", disk.snapshotId(),
            "blocksWritten", completion.blocksWritten(),
            "diskDigest", completion.diskDigest()));
  }

  /** From here on no receipt becomes applied, so that what is merged cannot change. */
  private RunDisk completing(RunDisk disk) {
    return switch (disk.state()) {
      case COMPLETING, COMPLETED -> disk;
      case GIVEN_BACK -> throw new SnapshotLostException(disk, "was given back");
      case APPLYING -> {
        state.disks().beginCompleting(disk);
        RunDisk begun = find(disk.runId(), disk.diskId());
        if (begun.state() == RunDisk.State.APPLYING) {
          throw new TransientException("disk " + disk.named() + " changed meanwhile");
        }
        yield begun;
      }
    };
  }

  private RunDisk find(RunId runId, DiskId diskId) {
    return state.disks().find(runId, diskId).orElseThrow(() -> new RunNotActiveException(runId));
  }

  /** Derived once: from receipts that cannot change any more a second time gives the same. */
  private RunDisk.Completion completion(Job job, RunDisk disk) {
    RunDisk.Completion known = disk.completion();
    return known != null && isThere(known.digestListKey()) ? known : derive(job, disk);
  }

  private boolean isThere(String key) {
    return objects.list(key).anyMatch(listed -> listed.key().equals(key));
  }

  private RunDisk.Completion derive(Job job, RunDisk disk) {
    try {
      // A file and not memory: 32 bytes a block are 1 GiB for 16 TiB, 4 GiB for the largest volume
      // of 64 TiB. The function's /tmp has to hold one list.
      Path list = Files.createTempFile("drover-", ".digests");
      try {
        return derive(job, disk, list);
      } finally {
        Files.delete(list);
      }
    } catch (IOException e) {
      throw new TransientException("the digests of " + disk.named() + ": " + e.getMessage(), e);
    }
  }

  private RunDisk.Completion derive(Job job, RunDisk disk, Path list) throws IOException {
    DigestMerge.Result derived;
    try (BaseDigests base = BaseDigests.open(disk, objects)) {
      derived = merge(job, disk, base, list);
      requireAgreement(job, disk, derived, base.isSound());
    } catch (DigestListTamperedException e) {
      distrustBase(job, disk);
      throw e;
    }
    RunDisk.Completion completion =
        new RunDisk.Completion(
            ObjectKeys.digestList(job.environment(), job.id(), disk.diskId(), disk.snapshotId()),
            derived.listDigest(),
            derived.diskDigest(),
            derived.linear(),
            derived.blocksWritten(),
            false);
    // Recorded before it is put, so that whoever tidies up knows of it.
    if (!state.disks().putCompletion(disk, completion)) {
      throw new TransientException("disk " + disk.named() + " changed meanwhile");
    }
    objects.put(completion.digestListKey(), list);
    forgetReplacedLists(job, disk, completion);
    return completion;
  }

  /**
   * An earlier epoch of the disk may have been completed before another generation was opened,
   * which deleted its snapshot. A list goes that no base names and whose snapshot is gone.
   */
  private void forgetReplacedLists(Job job, RunDisk disk, RunDisk.Completion completion) {
    if (disk.epoch() == 1) {
      return;
    }
    String own = completion.digestListKey();
    String folder = own.substring(0, own.lastIndexOf('/') + 1);
    Map<SnapshotId, String> others =
        objects
            .list(folder)
            .map(ObjectStore.Listed::key)
            .filter(key -> !key.equals(own))
            .collect(
                Collectors.toMap(
                    key -> new SnapshotId(key.substring(folder.length())), Function.identity()));
    state.bases().list(job.id()).forEach(base -> others.remove(base.snapshotId()));
    snapshots.find(others.keySet()).forEach(existing -> others.remove(existing.id()));
    objects.delete(List.copyOf(others.values()));
  }

  private DigestMerge.Result merge(Job job, RunDisk disk, BaseDigests base, Path list)
      throws IOException {
    String manifestKey = disk.manifestKey();
    if (manifestKey == null) {
      throw new ManifestDisagreesException(disk.runId(), "there is no manifest of " + disk.named());
    }
    DigestListHeader header =
        new DigestListHeader(
            disk.snapshotId(), disk.baseSnapshot(), disk.diskId(), disk.sizeBytes());
    SentDisk sent = new SentDisk(job.environment(), job.id(), disk, manifestKey);
    try (OutputStream out = Files.newOutputStream(list)) {
      DigestListWriter writer = new DigestListWriter(out, header);
      return sent.read(objects, manifest -> merge(sent, base, manifest, writer));
    }
  }

  private DigestMerge.Result merge(
      SentDisk sent, BaseDigests base, ManifestReader manifest, DigestListWriter writer)
      throws IOException {
    try {
      return new DigestMerge(
              sent.disk(), base, state.receipts().applied(sent.disk()).iterator(), manifest, writer)
          .merge();
    } catch (UnknownVersionException e) {
      throw NewerVersionException.of(e);
    } catch (FormatException | InvalidMessageException e) {
      throw sent.unreadable(e);
    }
  }

  /** Extents are judged before the list's own digest, so that a changed list names the place. */
  private void requireAgreement(
      Job job, RunDisk disk, DigestMerge.Result derived, boolean baseIsSound) {
    if (derived.differingExtents() == 0) {
      if (!baseIsSound) {
        throw new DigestListTamperedException(
            disk, "was changed, though in nothing that this run did not overwrite");
      }
      return;
    }
    String suspect;
    if (!baseIsSound) {
      distrustBase(job, disk);
      suspect =
          "The digest list of base "
              + disk.baseSnapshot()
              + " was changed; the next run does not rest on it and sends the whole disk.";
    } else {
      rebuildIndex(job, disk);
      suspect =
          "The connector's index or what it read must be at fault; the next run reads the"
              + " connector's index anew from the digest list.";
    }
    throw new DigestsDisagreeException(
        disk, derived.differing(), derived.differingExtents(), suspect);
  }

  private void distrustBase(Job job, RunDisk disk) {
    SnapshotId base = disk.baseSnapshot();
    if (base != null) {
      String reason = "the digest list of the last copy, " + base + ", was changed";
      state.bases().distrust(job.id(), disk.diskId(), base, reason);
    }
  }

  private void rebuildIndex(Job job, RunDisk disk) {
    SnapshotId base = disk.baseSnapshot();
    if (base != null) {
      state.bases().rebuildIndex(job.id(), disk.diskId(), base);
    }
  }

  /**
   * EBS takes a completion once. Whether an earlier call of ours was it, the snapshot itself tells:
   * it is still there and has not failed, and CheckSnapshot sees it completed. Only a snapshot that
   * is new and pending may merely be unknown to EBS yet.
   */
  private void completeInEbs(RunDisk disk, RunDisk.Completion completion) {
    try {
      blocks.complete(disk.snapshotId(), completion.blocksWritten(), completion.linear());
      state.disks().completionTaken(disk);
    } catch (SnapshotNotWritableException e) {
      requireCompletedBefore(disk, e);
    } catch (RefusedException e) {
      throw new CompletionRefusedException(disk, e.sentence());
    }
  }

  private void requireCompletedBefore(RunDisk disk, SnapshotNotWritableException refusal) {
    Snapshots.Status shown =
        snapshots.find(disk.snapshotId()).map(Snapshots.Description::status).orElse(null);
    boolean mayBeUnknown = shown == null || shown == Snapshots.Status.PENDING;
    if (mayBeUnknown && clock.instant().isBefore(disk.startedAt().plus(Snapshots.APPEARS_WITHIN))) {
      throw new TransientException(
          "EBS does not know snapshot " + disk.snapshotId() + " of " + disk.named() + " yet",
          refusal);
    }
    if (shown == null || shown == Snapshots.Status.FAILED) {
      throw SnapshotLostException.recorded(
          state, disk, "cannot be completed: " + refusal.getMessage());
    }
  }
}
