package dev.drover.functions.account;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  @Override
  public synchronized Optional<String> input(String name) {
    return Optional.ofNullable(started.get(name));
  }

  @Override
  public synchronized Listing<Running> running(@Nullable String next) {
    return InMemoryEbs.part(
        started.keySet().stream()
            .filter(name -> !ended.containsKey(name) && !stopped.contains(name))
            .map(name -> new Running(name, Instant.EPOCH))
            .toList(),
        next);
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
