package dev.drover.functions.state;

import java.util.Optional;

/** Where one that goes round all of something goes on. Item {@code SWEEP / <name>}. */
public final class SweepCursor {
  private static final String PK = "SWEEP";
  private static final String AT = "at";

  private final Table table;
  private final String name;

  SweepCursor(Table table, String name) {
    this.table = table;
    this.name = name;
  }

  /** As whoever goes round named it; empty before the first round. */
  public Optional<String> find() {
    return table.get(PK, name).flatMap(item -> item.findText(AT));
  }

  /** The next call goes on there. */
  public void goOnAt(String at) {
    table.update(ItemUpdate.of(PK, name).set(AT, at));
  }
}
