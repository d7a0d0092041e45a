package dev.drover.functions.state;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of the server catalog as a whole.
 *
 * @param lastModifiedOn when it last changed; empty while it was never imported
 * @param deletedAt when it was last deleted; empty while it never was
 */
public record Catalog(
    Status status, Optional<Instant> lastModifiedOn, Optional<Instant> deletedAt) {
  /** Whether the catalog was deleted since the server was last seen: then it is not in it. */
  public boolean lost(Server server) {
    return deletedAt.filter(time -> !server.lastSeen().isAfter(time)).isPresent();
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
}
