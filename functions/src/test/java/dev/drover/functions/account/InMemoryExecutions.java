package dev.drover.functions.account;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Executions in memory, by name, with their inputs. */
public final class InMemoryExecutions implements Executions {
  /** What was started. */
  public final Map<String, String> started = new LinkedHashMap<>();

  /** What was told to stop, started or not. */
  public final Set<String> stopped = new LinkedHashSet<>();

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
  public synchronized void stop(String name) {
    if (failsNext) {
      failsNext = false;
      throw new TransientException("connection reset");
    }
    stopped.add(name);
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

  /** The next start or stop does not come through. */
  public synchronized void failNext() {
    failsNext = true;
  }
}
