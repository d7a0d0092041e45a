package dev.drover.functions.state;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Transitions that happen together or not at all. */
public final class Transaction {
  private final Table table;
  private final List<TransactWriteItem> items = new ArrayList<>();

  Transaction(Table table) {
    this.table = table;
  }

  /** Adds a transition; no two may be of the same item. */
  public Transaction with(Write write) {
    items.addAll(write.items());
    return this;
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return items.isEmpty();
  }

  /** Writes all of it; false: the condition of one did not hold, and nothing was written. */
  public boolean commit() {
    return table.transact(items);
  }
}
