package dev.drover.local.simulation.asl;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Variables that states assigned: an execution's, or those of one iteration of a Map, which reads
 * the ones around it and keeps its own to itself.
 */
final class Variables {
  private final @Nullable Variables outer;
  private final Map<String, @Nullable Object> own = new HashMap<>();

  Variables(@Nullable Variables outer) {
    this.outer = outer;
  }

  /** Whether it has a value, which may be {@code null}. */
  boolean has(String name) {
    return own.containsKey(name) || (outer != null && outer.has(name));
  }

  @Nullable Object get(String name) {
    if (outer != null && !own.containsKey(name)) {
      return outer.get(name);
    }
    return own.get(name);
  }

  void assign(Map<String, ? extends @Nullable Object> values) {
    own.putAll(values);
  }
}
