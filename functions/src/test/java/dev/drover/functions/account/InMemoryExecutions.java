package dev.drover.functions.account;

import java.util.LinkedHashMap;
import java.util.Map;

/** Executions in memory, by name, with their inputs. */
public final class InMemoryExecutions implements Executions {
  /** What was started. */
  public final Map<String, String> started = new LinkedHashMap<>();

  private boolean failsNext;

  @Override
  public void start(String name, String input) {
    if (failsNext) {
      failsNext = false;
      throw new TransientException("connection reset");
    }
    started.putIfAbsent(name, input);
  }

  /** The next start does not come through. */
  public void failNext() {
    failsNext = true;
  }
}
