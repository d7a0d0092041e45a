package dev.drover.functions.state;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of the server catalog as a whole.
 *
 * @param lastModifiedOn when it last changed; empty while it was never imported
 */
public record Catalog(Status status, Optional<Instant> lastModifiedOn) {
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
