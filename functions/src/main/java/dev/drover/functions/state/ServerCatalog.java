package dev.drover.functions.state;

import java.time.Instant;
import java.util.Optional;

/** The state of the server catalog in the table; it is one item. */
public final class ServerCatalog {
  private static final String PK = "CATALOG";
  private static final String SK = "-";
  private static final String STATUS = "status";
  private static final String LAST_MODIFIED_ON = "lastModifiedOn";
  private static final String DELETED_AT = "deletedAt";

  private final Table table;

  ServerCatalog(Table table) {
    this.table = table;
  }

  /** The catalog as it is. */
  public Catalog get() {
    return table
        .get(PK, SK)
        .map(
            item ->
                new Catalog(
                    Catalog.Status.valueOf(item.text(STATUS)),
                    Optional.of(item.time(LAST_MODIFIED_ON)),
                    item.findTime(DELETED_AT)))
        .orElse(new Catalog(Catalog.Status.NOT_IMPORTED, Optional.empty(), Optional.empty()));
  }

  /** Inventories are on their way. */
  public void importing(Instant now) {
    table.update(to(Catalog.Status.IMPORTING, now));
  }

  /** An inventory arrived. False: the catalog does not wait for one. */
  public boolean imported(Instant now) {
    return table.update(from(Catalog.Status.IMPORTING, to(Catalog.Status.AVAILABLE, now)));
  }

  /** An inventory changed servers. False: the catalog is not in use. */
  public boolean refreshed(Instant now) {
    return table.update(from(Catalog.Status.AVAILABLE, to(Catalog.Status.AVAILABLE, now)));
  }

  /**
   * The catalog is emptied: servers that are not seen again after this are not in it. Their items
   * stay, so that their ids do, and jobs that have ended find their names.
   */
  public void delete(Instant now) {
    table.update(to(Catalog.Status.DELETED, now).set(DELETED_AT, now));
  }

  private static ItemUpdate to(Catalog.Status status, Instant now) {
    return ItemUpdate.of(PK, SK).set(STATUS, status.name()).set(LAST_MODIFIED_ON, now);
  }

  private static ItemUpdate from(Catalog.Status status, ItemUpdate update) {
    return update.onlyIf("#status = :from", STATUS).value(":from", status.name());
  }
}
