package dev.drover.local.simulator.fault;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How often each operation was called since the start or the last reset. */
public final class CallCounts {
  private final Map<String, CallCount> counts = new ConcurrentHashMap<>();

  /**
   * The calls of one operation.
   *
   * @param calls all of them, refused ones too
   * @param succeeded those answered without an error
   */
  public record CallCount(long calls, long succeeded) {
    private CallCount plus(boolean success) {
      return new CallCount(calls + 1, success ? succeeded + 1 : succeeded);
    }
  }

  public void count(String operation, boolean succeeded) {
    counts.merge(
        operation, new CallCount(0, 0).plus(succeeded), (old, first) -> old.plus(succeeded));
  }

  /** A copy, sorted by operation. */
  public Map<String, CallCount> snapshot() {
    return new TreeMap<>(counts);
  }

  public void reset() {
    counts.clear();
  }
}
