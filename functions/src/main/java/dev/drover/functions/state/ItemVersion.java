package dev.drover.functions.state;

import dev.drover.functions.account.NewerVersionException;

/**
 * Which version of the table's items a build writes, and up to which it reads; each item has its
 * own in the attribute {@code v}. A new attribute is no new version: who does not know it leaves it
 * where it is. A new version is an item that an older build would misread.
 *
 * <p>A build that writes another version than the one before it comes a release after one that
 * reads it, so that of two releases in a row each reads what the other writes: for runs that the
 * one began and the other ends, and for the way back.
 *
 * @param written of each item that is written from now on
 * @param readable an item of a later version is left as it is
 */
record ItemVersion(int written, int readable) {
  /** Of this build. */
  static final ItemVersion CURRENT = new ItemVersion(1, 1);

  /** The attribute; an item without it is of version 1. */
  static final String NAME = "v";

  private static final int FIRST = 1;

  /** Refuses to write what is not read. */
  ItemVersion {
    if (written < FIRST || readable < written) {
      throw new IllegalArgumentException(
          "items of version " + written + " are written, up to " + readable + " read");
    }
  }

  /**
   * The same item, if this build reads its version.
   *
   * @throws NewerVersionException if it does not
   */
  Item requireReadable(Item item) {
    long version = item.findNumber(NAME).orElse((long) FIRST);
    if (version > readable) {
      throw NewerVersionException.of(
          "the table's item " + item.text(Item.PK) + " / " + item.text(Item.SK), version, readable);
    }
    return item;
  }

  /** The item as it is put. */
  Item stamped(Item item) {
    return item.with(NAME, (Integer) written);
  }

  /**
   * The update as it is carried out: the item is of this build's version afterwards, or of the
   * later one that this build reads.
   */
  ItemUpdate stamped(ItemUpdate update) {
    boolean mayBeLater = readable > written;
    return guarded(update).setVersion(NAME, written, mayBeLater);
  }

  /** The condition that the item is none that this build does not read. */
  ItemUpdate guarded(ItemUpdate condition) {
    return condition.onlyIfVersionAtMost(NAME, readable);
  }
}
