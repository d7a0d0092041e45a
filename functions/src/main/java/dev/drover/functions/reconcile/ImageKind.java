package dev.drover.functions.reconcile;

import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Listing;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.image.ImageName;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * AMIs that carry a run's tag and its name, or that of the import that made them. A copy of one has
 * another name, and is its maker's. Wanted is the one that a run made or may still make.
 */
final class ImageKind implements LeftoverKind {
  private final State state;
  private final Images images;

  ImageKind(State state, Images images) {
    this.state = state;
    this.images = images;
  }

  @Override
  public String word() {
    return "image";
  }

  @Override
  public Part look(@Nullable String from) {
    Listing<Images.Description> listing = images.tagged(from);
    Known known = new Known(state);
    known.readRuns(listing.items().stream().flatMap(image -> run(image).stream()).toList());
    List<Leftover> leftovers =
        listing.items().stream().flatMap(image -> judge(image, known).stream()).toList();
    return new Part(leftovers, listing.items().size(), listing.next());
  }

  @Override
  public Optional<Leftover> find(String name) {
    return images.find(name).flatMap(image -> judge(image, new Known(state)));
  }

  /** Its snapshots are leftovers of their own. */
  @Override
  public boolean remove(Leftover leftover) {
    images.deregister(leftover.name());
    return true;
  }

  private Optional<Leftover> judge(Images.Description image, Known known) {
    String runId = image.tags().get(Snapshots.TAG_RUN);
    Optional<Run> run = run(image).flatMap(known::run);
    if (run.isEmpty()) {
      return runId == null
          ? Optional.empty()
          : left(
              image,
              "this stack knows no run " + runId + ", another stack of the account may",
              Leftover.Removal.BY_HAND);
    }
    boolean isOurs =
        image.name().equals(ImageName.of(run.get().id()))
            || image.name().equals(image.tags().get(ImageImports.TAG_IMPORT));
    return isOurs && run.get().isOver() && run.get().state() != Run.State.COMPLETED
        ? left(image, Known.end(run.get()), Leftover.Removal.AUTOMATIC)
        : Optional.empty();
  }

  private static Optional<RunReference> run(Images.Description image) {
    return Known.reference(
        image.tags().get(Snapshots.TAG_JOB), image.tags().get(Snapshots.TAG_RUN));
  }

  /** An AMI costs what its snapshots cost. */
  private Optional<Leftover> left(
      Images.Description image, String reason, Leftover.Removal removal) {
    return Optional.of(
        new Leftover(word(), image.amiId(), reason, image.createdAt(), null, 0, removal));
  }
}
