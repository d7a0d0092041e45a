package dev.drover.functions.reconcile;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.run.StraySnapshots;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.SnapshotId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * EBS snapshots that carry a run's tag. Wanted are a job's bases, and what the disks of a run name
 * that goes on, may be resumed, or made an AMI that stands; and what the attempt at a run may still
 * open. An AMI that VM Import made stands on snapshots of its own, so that what it was made of is
 * wanted as a base only.
 */
final class SnapshotKind implements LeftoverKind {
  private static final long BYTES_PER_GIB = 1L << 30;

  private final State state;
  private final Snapshots snapshots;
  private final Images images;
  private final Prices prices;

  SnapshotKind(State state, Snapshots snapshots, Images images, Prices prices) {
    this.state = state;
    this.snapshots = snapshots;
    this.images = images;
    this.prices = prices;
  }

  @Override
  public String word() {
    return "snapshot";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<Snapshots.Description> listing = snapshots.tagged(from);
    return new Part(leftovers(listing.items()), listing.items().size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    try {
      return leftovers(
              snapshots.find(List.of(new SnapshotId(name))).stream()
                  .filter(snapshot -> snapshot.tags().containsKey(Snapshots.TAG_RUN))
                  .toList())
          .stream()
          .findFirst();
    } catch (InvalidMessageException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean remove(Leftover leftover) {
    return snapshots.delete(new SnapshotId(leftover.name())) == Snapshots.Deletion.GONE;
  }

  private List<Leftover> leftovers(List<Snapshots.Description> existing) {
    Known known = new Known(state);
    known.readRuns(existing.stream().flatMap(snapshot -> reference(snapshot).stream()).toList());
    List<Images.Description> standing = images.findAll(amis(existing, known));
    Set<SnapshotId> used =
        standing.stream().flatMap(image -> image.snapshots().stream()).collect(Collectors.toSet());
    Set<String> amis = standing.stream().map(Images.Description::amiId).collect(Collectors.toSet());
    // Most are an AMI's, and nothing more has to be read for those.
    return existing.stream()
        .filter(snapshot -> !used.contains(snapshot.id()))
        .flatMap(snapshot -> judge(snapshot, known, amis).stream())
        .toList();
  }

  /** The AMIs that the snapshots may be of. */
  private static Set<String> amis(List<Snapshots.Description> existing, Known known) {
    return existing.stream()
        .flatMap(snapshot -> run(snapshot, known).stream())
        .map(run -> run.outcome().amiId())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private Optional<Leftover> judge(
      Snapshots.Description snapshot, Known known, Set<String> standingAmis) {
    Optional<Run> run = run(snapshot, known);
    if (run.isEmpty()) {
      String runId = snapshot.tags().get(Snapshots.TAG_RUN);
      return left(
          snapshot,
          "this stack knows no run " + runId + ", another stack of the account may",
          Leftover.Removal.BY_HAND);
    }
    // Most are wanted for another reason than that: so few are asked for.
    return ofRun(snapshot, run.get(), known, standingAmis)
        .filter(_ -> !isBase(snapshot, run.get().jobId(), known));
  }

  private static boolean isBase(Snapshots.Description snapshot, JobId jobId, Known known) {
    return known.bases(jobId).stream().anyMatch(base -> base.snapshotId().equals(snapshot.id()));
  }

  private Optional<Leftover> ofRun(
      Snapshots.Description snapshot, Run run, Known known, Set<String> standingAmis) {
    boolean isNamed =
        known.disks(run.id()).stream()
            .map(RunDisk::snapshotId)
            .anyMatch(id -> id.equals(snapshot.id()));
    if (!run.isOver()) {
      return isNamed || StraySnapshots.mayBeOpened(run, snapshot)
          ? Optional.empty()
          : left(snapshot, "another is in its place in " + run.id(), Leftover.Removal.AUTOMATIC);
    }
    boolean isOfImport = snapshot.tags().containsKey(ImageImports.TAG_IMPORT);
    if (run.state() != Run.State.COMPLETED || !(isNamed || isOfImport)) {
      String without = run.state() == Run.State.COMPLETED ? " without it" : "";
      return left(snapshot, Known.end(run) + without, Leftover.Removal.AUTOMATIC);
    }
    String ami = run.outcome().amiId();
    if (isNamed && run.course().imported() != null) {
      return left(
          snapshot,
          "VM Import made "
              + ami
              + " of it, which needs it no more, and it is no base of "
              + run.jobId(),
          Leftover.Removal.AUTOMATIC);
    }
    return ami == null || standingAmis.contains(ami)
        ? Optional.empty()
        : left(
            snapshot,
            "its " + ami + " is gone, and it is no base of " + run.jobId(),
            Leftover.Removal.ON_REQUEST);
  }

  private static Optional<Run> run(Snapshots.Description snapshot, Known known) {
    return reference(snapshot).flatMap(known::run);
  }

  private static Optional<RunReference> reference(Snapshots.Description snapshot) {
    Map<String, String> tags = snapshot.tags();
    return Known.reference(tags.get(Snapshots.TAG_JOB), tags.get(Snapshots.TAG_RUN));
  }

  private Optional<Leftover> left(
      Snapshots.Description snapshot, String reason, Leftover.Removal removal) {
    long bytes = snapshot.volumeGib() * BYTES_PER_GIB;
    return Optional.of(
        new Leftover(
            word(),
            snapshot.id().value(),
            reason,
            snapshot.startTime(),
            new Leftover.Size(bytes, Leftover.Bound.AT_MOST),
            prices.snapshot(bytes),
            removal));
  }
}
