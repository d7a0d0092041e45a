package dev.drover.functions.snapshot;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.message.ReplicationPlan;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What each disk of a run is to differ from: the newest snapshot that this job completed of it, if
 * it still exists, is encrypted as the run wants it and is not larger than the disk is now. Once a
 * disk of the run was opened, its base stands.
 */
final class BaseChoice {
  private final Snapshots snapshots;
  private final ObjectStore objects;

  BaseChoice(Snapshots snapshots, ObjectStore objects) {
    this.snapshots = snapshots;
    this.objects = objects;
  }

  /**
   * A disk's base, or why it has none.
   *
   * @param reason for people; null when there is a base
   */
  record Chosen(
      ReplicationPlan.@Nullable Base base, @Nullable String reason, boolean rebuildIndex) {
    static Chosen none(String reason) {
      return new Chosen(null, reason, false);
    }
  }

  /**
   * Chooses for every disk that is known.
   *
   * @param sizes of the server's disks as the newest inventory has them
   */
  Map<DiskId, Chosen> choose(
      Run run, List<BaseSnapshot> bases, List<RunDisk> opened, Map<DiskId, Long> sizes) {
    boolean encrypted = run.encrypted() || snapshots.encryptionByDefault();
    Map<SnapshotId, Snapshots.Description> existing = existing(bases);
    Map<DiskId, Chosen> chosen = new LinkedHashMap<>();
    sizes.keySet().forEach(diskId -> chosen.put(diskId, Chosen.none("there is no earlier copy")));
    for (BaseSnapshot base : bases) {
      Optional<String> objection =
          objection(run, base, existing.get(base.snapshotId()), encrypted, sizes);
      chosen.put(base.diskId(), objection.map(Chosen::none).orElseGet(() -> standing(base)));
    }
    for (RunDisk disk : opened) {
      chosen.put(disk.diskId(), standing(disk, bases, existing));
    }
    return chosen;
  }

  private Map<SnapshotId, Snapshots.Description> existing(Collection<BaseSnapshot> bases) {
    return snapshots.find(bases.stream().map(BaseSnapshot::snapshotId).toList()).stream()
        .collect(Collectors.toMap(Snapshots.Description::id, Function.identity()));
  }

  private Optional<String> objection(
      Run run,
      BaseSnapshot base,
      Snapshots.@Nullable Description snapshot,
      boolean encrypted,
      Map<DiskId, Long> sizes) {
    String id = "the last copy, " + base.snapshotId() + ", ";
    if (snapshot == null) {
      return Optional.of(id + "was deleted");
    }
    if (snapshot.status() != Snapshots.Status.COMPLETED) {
      return Optional.of(id + "is not completed");
    }
    if (!run.jobId().value().equals(snapshot.tags().get(Snapshots.TAG_JOB))) {
      return Optional.of(id + "lost its tag " + Snapshots.TAG_JOB);
    }
    if (snapshot.encrypted() != encrypted || !Objects.equals(run.kmsKeyId(), base.kmsKeyId())) {
      return Optional.of(id + "is not encrypted as this run is to be");
    }
    if (base.distrusted() != null) {
      return Optional.of(base.distrusted());
    }
    if (sizes.getOrDefault(base.diskId(), base.sizeBytes()) < base.sizeBytes()) {
      return Optional.of("the disk shrank");
    }
    boolean listed =
        objects.list(base.digestListKey()).anyMatch(o -> o.key().equals(base.digestListKey()));
    return listed ? Optional.empty() : Optional.of("the digest list of the last copy was deleted");
  }

  private static Chosen standing(
      RunDisk disk, List<BaseSnapshot> bases, Map<SnapshotId, Snapshots.Description> existing) {
    SnapshotId id = disk.baseSnapshot();
    if (id == null) {
      String reason = disk.baseReason();
      return Chosen.none(reason == null ? "the run began without one" : reason);
    }
    return bases.stream()
        .filter(base -> base.diskId().equals(disk.diskId()) && base.snapshotId().equals(id))
        .filter(base -> existing.containsKey(id))
        .findFirst()
        .map(BaseChoice::standing)
        .orElseThrow(() -> new BaseGoneException(disk));
  }

  private static Chosen standing(BaseSnapshot base) {
    ReplicationPlan.Base planned =
        new ReplicationPlan.Base(
            base.snapshotId(),
            base.runId(),
            base.digestListKey(),
            base.digestListDigest(),
            base.diskDigest(),
            base.sizeBytes());
    return new Chosen(planned, null, base.rebuildIndex());
  }
}
