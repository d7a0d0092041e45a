package dev.drover.functions.snapshot;

import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.SnapshotId;
import dev.drover.protocol.ZeroPolicy;
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
 * it still exists, is encrypted with the key that a new one would have, and is not larger than the
 * disk is now. Once a disk of the run was opened, its base stands, unless its snapshot is to be
 * begun anew and the base is gone.
 */
final class BaseChoice {
  private final Snapshots snapshots;
  private final EncryptionKeys keys;
  private final ObjectStore objects;

  BaseChoice(Snapshots snapshots, EncryptionKeys keys, ObjectStore objects) {
    this.snapshots = snapshots;
    this.keys = keys;
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
   * How the run's snapshots are to be encrypted, by the key itself: an alias, and the account's
   * default, may stand for another key than when the base was made, and a child has its parent's.
   *
   * @param keyArn null: not at all
   * @param objection why nobody can tell; null when it is known
   */
  private record Wanted(@Nullable String keyArn, @Nullable String objection) {
    static String named(@Nullable String keyArn) {
      return keyArn == null ? "no key" : keyArn;
    }
  }

  private Wanted wanted(Run run) {
    try {
      return new Wanted(keys.ofNewSnapshot(run.encrypted(), run.kmsKeyId()).orElse(null), null);
    } catch (RefusedException e) {
      // StartSnapshot fails on it as well, and then the run says why.
      return new Wanted(null, "the key of this run cannot be looked up: " + e.sentence());
    }
  }

  /**
   * What becomes of zero blocks of the disks that get no base. They are left out only where the job
   * says so and a new snapshot would not be encrypted; once a disk of the run was opened without a
   * base, its kind stands.
   */
  ZeroPolicy zeros(Run run, List<RunDisk> opened) {
    Optional<RunDisk> standing = opened.stream().filter(disk -> disk.base() == null).findFirst();
    if (standing.isPresent()) {
      return standing.get().zerosLeftOut() ? ZeroPolicy.OMIT : ZeroPolicy.SEND;
    }
    if (run.zeroBlocks() == ZeroPolicy.SEND) {
      return ZeroPolicy.SEND;
    }
    Wanted wanted = wanted(run);
    return wanted.objection() == null && wanted.keyArn() == null
        ? ZeroPolicy.OMIT
        : ZeroPolicy.SEND;
  }

  /**
   * Chooses for every disk that is known.
   *
   * @param zeros what {@link #zeros} says: a copy that is to have its zeros is no child of one that
   *     has not
   * @param sizes of the server's disks as the newest inventory has them
   */
  Map<DiskId, Chosen> choose(
      Run run,
      ZeroPolicy zeros,
      List<BaseSnapshot> bases,
      List<RunDisk> opened,
      Map<DiskId, Long> sizes) {
    Wanted wanted = wanted(run);
    Map<SnapshotId, Snapshots.Description> existing = existing(bases);
    Map<DiskId, Chosen> chosen = new LinkedHashMap<>();
    sizes.keySet().forEach(diskId -> chosen.put(diskId, Chosen.none("there is no earlier copy")));
    for (BaseSnapshot base : bases) {
      Optional<String> objection =
          zeros == ZeroPolicy.SEND && base.zerosLeftOut()
              ? Optional.of(zerosMissing(run, base))
              : objection(run, base, existing.get(base.snapshotId()), wanted, sizes);
      chosen.put(base.diskId(), objection.map(Chosen::none).orElseGet(() -> standing(base)));
    }
    for (RunDisk disk : opened) {
      chosen.put(disk.diskId(), standing(disk, bases, existing));
    }
    return chosen;
  }

  private static String zerosMissing(Run run, BaseSnapshot base) {
    return "zero blocks were left out of the last copy, "
        + base.snapshotId()
        + (run.zeroBlocks() == ZeroPolicy.SEND
            ? ", and the job's zeroBlocks is send"
            : ", and this run is to be encrypted: they would read as anything");
  }

  private Map<SnapshotId, Snapshots.Description> existing(Collection<BaseSnapshot> bases) {
    return snapshots.find(bases.stream().map(BaseSnapshot::snapshotId).toList()).stream()
        .collect(Collectors.toMap(Snapshots.Description::id, Function.identity()));
  }

  private Optional<String> objection(
      Run run,
      BaseSnapshot base,
      Snapshots.@Nullable Description snapshot,
      Wanted wanted,
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
    if (wanted.objection() != null) {
      return Optional.of(wanted.objection());
    }
    if (!Objects.equals(snapshot.keyArn(), wanted.keyArn())) {
      return Optional.of(
          id
              + "is encrypted with "
              + Wanted.named(snapshot.keyArn())
              + ", this run is to be with "
              + Wanted.named(wanted.keyArn()));
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
        .orElseGet(() -> without(disk, id));
  }

  /** A snapshot that stands has what its base had; one that is to be begun anew needs the base. */
  private static Chosen without(RunDisk disk, SnapshotId base) {
    if (disk.state() != RunDisk.State.GIVEN_BACK) {
      throw new BaseGoneException(disk);
    }
    return Chosen.none(
        "the last copy, "
            + base
            + ", was deleted while the run rested on it, and so was the snapshot that the run had"
            + " begun");
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
