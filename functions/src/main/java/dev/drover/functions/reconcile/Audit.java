package dev.drover.functions.reconcile;

import dev.drover.functions.account.Executions;
import dev.drover.functions.account.ImageImports;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Instances;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.StackResources;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.State;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is left in the account, kind by kind, and its removal. */
public final class Audit {
  /** What is not looked at, and where to look: sentences for people. */
  public static final List<String> BLIND_SPOTS =
      List.of(
          "Snapshots of VMs on the sites: what a connector could not release, Drover_V1.GetConnectors"
              + " has among its problems.",
          "Snapshots and AMIs without the tag drover:run, such as copies, and instances and volumes"
              + " without the tag drover:app.",
          "Other Regions and other accounts.",
          "Messages in queues: dead letters are looked at each hour, and an alarm tells of them.",
          "Plans, bitmaps and reports: the bucket's lifecycle rules remove them after 37 and 90"
              + " days.",
          "Items of the table: those of receipts expire after 60 days, the others are a few"
              + " hundred bytes each.",
          "Logs: they are kept for three months.");

  private static final char SEPARATOR = '/';

  private final List<LeftoverKind> kinds;
  private final Prices prices;
  private final InstantSource clock;
  private final EventLog log;

  private Audit(List<LeftoverKind> kinds, Prices prices, InstantSource clock, EventLog log) {
    this.kinds = List.copyOf(kinds);
    this.prices = prices;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Of all kinds. An execution goes before what it would make, an import before its AMI, an AMI
   * before its snapshots, an instance before its volumes.
   */
  public static Audit of(
      State state,
      Executions executions,
      RunSchedule schedule,
      Images images,
      ImageImports imports,
      Snapshots snapshots,
      Instances instances,
      StackResources resources,
      Volumes volumes,
      ObjectStore objects,
      InstantSource clock,
      EventLog log) {
    Prices prices = new Prices();
    return new Audit(
        List.of(
            new ExecutionKind(state, executions, clock),
            new ScheduleKind(state, schedule),
            new ImportKind(state, imports),
            new ImageKind(state, images),
            new SnapshotKind(state, snapshots, images, prices),
            new DigestListKind(state, objects, snapshots, prices),
            new StagingKind(state, objects, prices),
            new AppObjectKind(state, objects, prices),
            new InstanceKind(state, instances, resources),
            new VolumeKind(volumes, prices)),
        prices,
        clock,
        log);
  }

  /** Those that the sweep goes through. */
  List<Station> stations() {
    return kinds.stream()
        .filter(LeftoverKind::isSwept)
        .map(kind -> (Station) new LeftoverStation(kind, this, clock))
        .toList();
  }

  /** Region and date of the prices, for people. */
  public String pricesAsOf() {
    return prices.source();
  }

  /**
   * Leftovers, as many as were found in the time.
   *
   * @param next where the rest begins; null: all was looked at
   */
  public record Found(List<Leftover> leftovers, @Nullable String next) {
    /** Copies the list. */
    public Found {
      leftovers = List.copyOf(leftovers);
    }
  }

  /**
   * What became of a removal of all.
   *
   * @param removed their ids
   * @param left what somebody uses, failed, or is not Drover's to remove
   * @param next where the rest begins; null: all was looked at
   */
  public record Removed(List<String> removed, List<Left> left, @Nullable String next) {
    /** Copies the lists. */
    public Removed {
      removed = List.copyOf(removed);
      left = List.copyOf(left);
    }
  }

  /**
   * A leftover that stays.
   *
   * @param reason why, a sentence with what to do
   */
  public record Left(Leftover leftover, String reason) {}

  /**
   * The next leftovers; looks on until the time is over, once at least.
   *
   * @param from as the call before said it; empty: from the first on
   * @param most no further part is looked at when there are so many
   */
  public Found look(String from, int most, Instant end) {
    List<Leftover> found = new ArrayList<>();
    String at = from;
    do {
      Position position = position(at);
      LeftoverKind.Part part = position.kind().look(position.from());
      found.addAll(part.leftovers());
      at = after(position.kind(), part.next());
    } while (at != null && found.size() < most && clock.instant().isBefore(end));
    return new Found(found, at);
  }

  /** The leftover of that id, if it is one now. */
  public Optional<Leftover> find(String id) {
    int slash = id.indexOf(SEPARATOR);
    return slash < 0
        ? Optional.empty()
        : kind(id.substring(0, slash)).flatMap(kind -> kind.find(id.substring(slash + 1)));
  }

  /** Removes it; empty: it is gone, else why it stays. */
  public Optional<Left> remove(Leftover leftover) {
    if (leftover.removal() == Leftover.Removal.BY_HAND) {
      return left(
          leftover,
          "Drover does not remove it, because "
              + leftover.reason()
              + ": if it is yours to remove, do so in its own service.");
    }
    LeftoverKind kind = kind(leftover.kind()).orElseThrow();
    if (!kind.remove(leftover)) {
      return left(leftover, kind.user() + " first, if nobody needs it, and try again.");
    }
    log.event("leftover-removed", Map.of("leftover", leftover.id(), "reason", leftover.reason()));
    return Optional.empty();
  }

  private static Optional<Left> left(Leftover leftover, String reason) {
    return Optional.of(new Left(leftover, reason));
  }

  /**
   * Removes the next leftovers; goes on until the time is over. One that fails holds up no other.
   *
   * @param from as {@link #look}
   */
  public Removed removeAll(String from, Instant end) {
    List<String> removed = new ArrayList<>();
    List<Left> left = new ArrayList<>();
    String at = from;
    while (at != null) {
      Position position = position(at);
      LeftoverKind.Part part = position.kind().look(position.from());
      for (Leftover leftover : part.leftovers()) {
        if (!clock.instant().isBefore(end)) {
          return new Removed(removed, left, at);
        }
        Optional<Left> stays = tried(leftover);
        stays.ifPresentOrElse(left::add, () -> removed.add(leftover.id()));
      }
      at = after(position.kind(), part.next());
      if (!clock.instant().isBefore(end)) {
        return new Removed(removed, left, at);
      }
    }
    return new Removed(removed, left, null);
  }

  private Optional<Left> tried(Leftover leftover) {
    try {
      return remove(leftover);
    } catch (RuntimeException e) {
      log.failure("leftover-not-removed", Map.of("leftover", leftover.id()), e);
      return left(leftover, "It could not be removed now: try again.");
    }
  }

  /** Where a kind's listing is. */
  private record Position(LeftoverKind kind, @Nullable String from) {}

  /** {@code <kind>} or {@code <kind>/<from>}. */
  private Position position(String at) {
    int slash = at.indexOf(SEPARATOR);
    String word = slash < 0 ? at : at.substring(0, slash);
    LeftoverKind kind =
        at.isEmpty() ? kinds.getFirst() : kind(word).orElseThrow(() -> unknown(word));
    return new Position(kind, slash < 0 ? null : at.substring(slash + 1));
  }

  private static RefusedException unknown(String word) {
    return new RefusedException("NoSuchKind", "there is no kind '" + word + "'");
  }

  private @Nullable String after(LeftoverKind kind, @Nullable String next) {
    if (next != null) {
      return kind.word() + SEPARATOR + next;
    }
    int following = kinds.indexOf(kind) + 1;
    return following < kinds.size() ? kinds.get(following).word() : null;
  }

  private Optional<LeftoverKind> kind(String word) {
    return kinds.stream().filter(kind -> kind.word().equals(word)).findFirst();
  }
}
