package dev.drover.functions.account;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Executions in memory, by name, with their inputs. */
public final class InMemoryExecutions implements Executions {
  /** What was started. */
  public final Map<String, String> started = new LinkedHashMap<>();

  private final Map<String, Instant> ended = new HashMap<>();
  private boolean failsNext;

  @Override
  public synchronized void start(String name, String input) {
    if (failsNext) {
      failsNext = false;
      throw new TransientException("connection reset");
    }
    started.putIfAbsent(name, input);
  }

  @Override
  public synchronized Optional<Standing> find(String name) {
    return started.containsKey(name)
        ? Optional.of(new Standing(ended.get(name)))
        : Optional.empty();
  }

  /** An execution has ended. */
  public synchronized void end(String name, Instant at) {
    ended.put(name, at);
  }

  /** The next start does not come through. */
  public synchronized void failNext() {
    failsNext = true;
  }
}
