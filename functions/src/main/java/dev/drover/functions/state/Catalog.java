package dev.drover.functions.state;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state of the server catalog as a whole.
 *
 * @param lastModifiedOn when it last changed; empty while it was never imported
 * @param deletedAt when it was last deleted; empty while it never was
 */
public record Catalog(
    Status status, Optional<Instant> lastModifiedOn, Optional<Instant> deletedAt) {
  /**
   * So long a catalog is trusted that no inventory came for. Connectors list their servers every
   * five minutes, once a day at least; SMS's own time is not known.
   */
  public static final Duration EXPIRES_AFTER = Duration.ofDays(7);

  /** A connector sends its inventory within seconds; one that died meanwhile never does. */
  static final Duration IMPORTS_WITHIN = Duration.ofMinutes(10);

  /**
   * The catalog as callers see it. An import that nobody answers is over after a while: the catalog
   * has what it had.
   *
   * @param newestInventory when the newest one of any connector arrived; asked only if that matters
   */
  public Catalog asOf(Instant now, Supplier<Optional<Instant>> newestInventory) {
    boolean isUnanswered =
        status == Status.IMPORTING
            && lastModifiedOn.filter(now.minus(IMPORTS_WITHIN)::isAfter).isPresent();
    return isUnanswered
        ? new Catalog(before(newestInventory.get()), lastModifiedOn, deletedAt)
            .asOf(now, newestInventory)
        : unlessExpired(now, newestInventory);
  }

  /** What it was before someone asked for an import. */
  private Status before(Optional<Instant> newestInventory) {
    if (newestInventory.filter(time -> time.isAfter(deletedAt.orElse(Instant.MIN))).isPresent()) {
      return Status.AVAILABLE;
    }
    return deletedAt.isPresent() ? Status.DELETED : Status.NOT_IMPORTED;
  }

  private Catalog unlessExpired(Instant now, Supplier<Optional<Instant>> newestInventory) {
    Instant since = now.minus(EXPIRES_AFTER);
    boolean isFresh =
        !status.showsServers()
            || lastModifiedOn.filter(since::isBefore).isPresent()
            || newestInventory.get().filter(since::isBefore).isPresent();
    return isFresh ? this : new Catalog(Status.EXPIRED, lastModifiedOn, deletedAt);
  }

  /**
   * Whether the catalog was deleted since the server was last seen: then it is not in it. S3 tells
   * when an inventory came in whole seconds; one of the deletion's own second came after it, or
   * nobody would see it before the next.
   */
  public boolean lost(Server server) {
    return deletedAt
        .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
        .filter(server.lastSeen()::isBefore)
        .isPresent();
  }

  /** SMS's ServerCatalogStatus. */
  public enum Status {
    /** Nobody asked for it yet. */
    NOT_IMPORTED,
    /** Connectors were asked for their inventories. */
    IMPORTING,
    /** It holds what connectors report. */
    AVAILABLE,
    /** Someone deleted it. */
    DELETED,
    /** No inventory came for too long; never in the table, see {@link Catalog#asOf}. */
    EXPIRED;

    /** Whether the servers are shown. */
    public boolean showsServers() {
      return switch (this) {
        case IMPORTING, AVAILABLE -> true;
        case NOT_IMPORTED, DELETED, EXPIRED -> false;
      };
    }
  }
}
