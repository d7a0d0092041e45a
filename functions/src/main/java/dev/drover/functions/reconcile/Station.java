package dev.drover.functions.reconcile;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing that the sweep looks after, in parts. */
interface Station {
  /** Names it in the sweep's cursor; has no slash. */
  String word();

  /**
   * What is to be done of the next part.
   *
   * @param from of the part before; null: the first
   */
  Leg look(@Nullable String from);

  /**
   * A part.
   *
   * @param next null at the end
   */
  record Leg(List<Work> works, @Nullable String next) {
    /** Copies the list. */
    public Leg {
      works = List.copyOf(works);
    }
  }

  /**
   * Something to be done; once more is harmless.
   *
   * @param about fields of the event when it fails
   */
  record Work(Map<String, Object> about, Runnable work) {}
}
