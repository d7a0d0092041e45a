package dev.drover.functions.reconcile;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One kind of what Drover makes in the account: lists what exists of it and holds it against what
 * the table wants. What it calls a leftover is one for the sweep and for the audit alike.
 *
 * <p>It lists first and asks the table then: what was made before it was listed was written down
 * before that, or its maker is refused when it wants to.
 */
interface LeftoverKind {
  /** Names the kind in ids. */
  String word();

  /**
   * The leftovers among the next so many that exist.
   *
   * @param from of the part before; null: the first
   */
  Part look(@Nullable String from);

  /** The leftover of that name, if it is one now. */
  Optional<Leftover> find(String name);

  /** Removes it; false: somebody uses it. Once more is harmless. */
  boolean remove(Leftover leftover);

  /** Who may use one, and what is to be done with that first. */
  default String user() {
    return "An AMI uses it: deregister that AMI";
  }

  /** Whether the sweep goes through it; else it goes on request only, or with its run. */
  default boolean isSwept() {
    return true;
  }

  /**
   * A part of what exists.
   *
   * @param seen how many there were of that kind
   * @param next null at the end
   */
  record Part(List<Leftover> leftovers, int seen, @Nullable String next) {
    /** Copies the list. */
    public Part {
      leftovers = List.copyOf(leftovers);
    }
  }
}
