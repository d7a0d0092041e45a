package dev.drover.functions.reconcile;

import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Digest lists. Wanted are those of snapshots that exist, and what a base or a run at work names,
 * while their job has not ended.
 */
final class DigestListKind implements LeftoverKind {
  /** For so many snapshots EC2 is asked at once. */
  private static final int PART = 200;

  /** {@code digests/<environment>/<job>/<disk>/<snapshot>}. */
  private static final int PARTS = 5;

  private static final int JOB = 2;
  private static final int SNAPSHOT = 4;

  private final State state;
  private final ObjectsBelow below;
  private final Snapshots snapshots;

  DigestListKind(State state, ObjectStore objects, Snapshots snapshots, Prices prices) {
    this.state = state;
    this.snapshots = snapshots;
    this.below = new ObjectsBelow("digest-list", ObjectKeys.DIGESTS, PART, objects, prices);
  }

  /** A list under its key. */
  private record DigestList(ObjectStore.Listed object, JobId jobId, SnapshotId snapshotId) {
    /** Empty: it is none. */
    static Optional<DigestList> of(ObjectStore.Listed object) {
      List<String> parts = List.of(object.key().split("/", -1));
      try {
        return parts.size() == PARTS
            ? Optional.of(
                new DigestList(
                    object, new JobId(parts.get(JOB)), new SnapshotId(parts.get(SNAPSHOT))))
            : Optional.empty();
      } catch (InvalidMessageException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public String word() {
    return below.word();
  }

  @Override
  public Part look(@Nullable String from) {
    return below.look(from, this::leftovers);
  }

  @Override
  public Optional<Leftover> find(String name) {
    return below.find(name, this::leftovers);
  }

  @Override
  public boolean remove(Leftover leftover) {
    below.remove(leftover);
    return true;
  }

  private List<Leftover> leftovers(List<ObjectStore.Listed> listed) {
    Set<SnapshotId> existing = existing(listed);
    Known known = new Known(state);
    known.readJobs(
        listed.stream()
            .flatMap(object -> DigestList.of(object).stream())
            .map(DigestList::jobId)
            .toList());
    return listed.stream()
        .flatMap(
            object ->
                DigestList.of(object)
                    .map(list -> judge(list, existing, known))
                    .orElseGet(
                        () -> left(object, "its key is no digest list's", Leftover.Removal.BY_HAND))
                    .stream())
        .toList();
  }

  private Set<SnapshotId> existing(List<ObjectStore.Listed> listed) {
    List<SnapshotId> named =
        listed.stream()
            .flatMap(object -> DigestList.of(object).stream())
            .map(DigestList::snapshotId)
            .distinct()
            .toList();
    return snapshots.find(named).stream()
        .map(Snapshots.Description::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<Leftover> judge(DigestList list, Set<SnapshotId> existing, Known known) {
    Optional<Job> job = known.job(list.jobId());
    if (job.isEmpty()) {
      return left(list.object(), "there is no job " + list.jobId(), Leftover.Removal.ON_REQUEST);
    }
    if (job.get().state().isEnded()) {
      return left(list.object(), list.jobId() + " has ended", Leftover.Removal.AUTOMATIC);
    }
    boolean isWanted =
        existing.contains(list.snapshotId())
            || named(job.get(), known).anyMatch(key -> key.equals(list.object().key()));
    return isWanted
        ? Optional.empty()
        : left(
            list.object(),
            "its snapshot " + list.snapshotId() + " is gone",
            Leftover.Removal.AUTOMATIC);
  }

  /** The lists that a job, or a run at work for it, names. */
  private static Stream<String> named(Job job, Known known) {
    return Stream.concat(
        known.bases(job.id()).stream().map(BaseSnapshot::digestListKey),
        known.disksAtWork(job).flatMap(DigestListKind::named));
  }

  private static Stream<String> named(RunDisk disk) {
    return Stream.concat(
        Optional.ofNullable(disk.base()).map(RunDisk.Base::digestListKey).stream(),
        Optional.ofNullable(disk.completion()).map(RunDisk.Completion::digestListKey).stream());
  }

  private Optional<Leftover> left(
      ObjectStore.Listed object, String reason, Leftover.Removal removal) {
    return Optional.of(below.left(object, reason, removal));
  }
}
