package dev.drover.functions.reconcile;

import dev.drover.functions.account.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What exists of a kind and nobody can want again: as the audit shows it, but only what is old
 * enough that no write for it is on its way.
 */
final class LeftoverStation implements Station {
  /** No function runs for so long, not even with what Lambda tries again. */
  private static final Duration OLD_ENOUGH = Duration.ofHours(1);

  private final LeftoverKind kind;
  private final Audit audit;
  private final InstantSource clock;

  LeftoverStation(LeftoverKind kind, Audit audit, InstantSource clock) {
    this.kind = kind;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public String word() {
    return kind.word();
  }

  @Override
  public Leg look(@Nullable String from) {
    LeftoverKind.Part part = part(from);
    Instant youngest = clock.instant().minus(OLD_ENOUGH);
    List<Work> works =
        part.leftovers().stream()
            .filter(leftover -> leftover.removal() == Leftover.Removal.AUTOMATIC)
            .filter(leftover -> isOldEnough(leftover, youngest))
            .map(leftover -> new Work(Map.of("leftover", leftover.id()), () -> remove(leftover)))
            .toList();
    return new Leg(works, part.next());
  }

  /** AWS forgets within hours where a listing was; then it begins again. */
  private LeftoverKind.Part part(@Nullable String from) {
    try {
      return kind.look(from);
    } catch (RefusedException e) {
      if (from == null) {
        throw e;
      }
      return kind.look(null);
    }
  }

  private static boolean isOldEnough(Leftover leftover, Instant youngest) {
    Instant created = leftover.createdAt();
    return created == null || !created.isAfter(youngest);
  }

  /** What an AMI of somebody uses stays, and is no failure: the audit shows it. */
  private void remove(Leftover leftover) {
    var _ = audit.remove(leftover);
  }
}
