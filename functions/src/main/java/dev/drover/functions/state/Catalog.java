package dev.drover.functions.state;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of the server catalog as a whole.
 *
 * @param lastModifiedOn when it last changed; empty while it was never imported
 */
public record Catalog(Status status, Optional<Instant> lastModifiedOn) {
  private static final String PK = "CATALOG";
  private static final String SK = "-";

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
    /** Too old to be trusted. */
    EXPIRED;

    /** Whether the servers are shown. */
    public boolean showsServers() {
      return switch (this) {
        case IMPORTING, AVAILABLE -> true;
        case NOT_IMPORTED, DELETED, EXPIRED -> false;
      };
    }
  }

  /** The catalog as it is. */
  public static Catalog get(Table table) {
    return table
        .get(PK, SK)
        .map(
            item ->
                new Catalog(
                    Status.valueOf(item.text("status")), Optional.of(item.time("lastModifiedOn"))))
        .orElse(new Catalog(Status.NOT_IMPORTED, Optional.empty()));
  }

  /** Inventories are on their way. */
  public static ItemUpdate importing(Instant now) {
    return to(Status.IMPORTING, now);
  }

  /** An inventory arrived; only for a catalog that waits for one. */
  public static ItemUpdate imported(Instant now) {
    return from(Status.IMPORTING, to(Status.AVAILABLE, now));
  }

  /** An inventory changed servers of a catalog that is in use. */
  public static ItemUpdate refreshed(Instant now) {
    return from(Status.AVAILABLE, to(Status.AVAILABLE, now));
  }

  private static ItemUpdate to(Status status, Instant now) {
    return ItemUpdate.of(PK, SK).set("status", status.name()).set("lastModifiedOn", now);
  }

  private static ItemUpdate from(Status status, ItemUpdate update) {
    return update.onlyIf("#status = :from", "status").value(":from", status.name());
  }
}
