package dev.drover.functions.state;

import java.util.Optional;

/** Where the hourly sweep goes on. Item {@code SWEEP / -}. */
public final class SweepCursor {
  private static final String PK = "SWEEP";
  private static final String SK = "-";
  private static final String AT = "at";

  private final Table table;

  SweepCursor(Table table) {
    this.table = table;
  }

  /** As the sweep named it; empty before the first. */
  public Optional<String> find() {
    return table.get(PK, SK).flatMap(item -> item.findText(AT));
  }

  /** The next sweep goes on there. */
  public void goOnAt(String at) {
    table.update(ItemUpdate.of(PK, SK).set(AT, at));
  }
}
