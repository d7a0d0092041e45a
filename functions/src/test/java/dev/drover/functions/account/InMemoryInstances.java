package dev.drover.functions.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Instances in memory; a test says what EC2 sees of them. */
public final class InMemoryInstances implements Instances {
  /** The checks of those that run. */
  public final Map<String, Checks> running = new HashMap<>();

  /** The tags of those that run. */
  public final Map<String, Map<String, String>> tags = new HashMap<>();

  /** What they wrote. */
  public final Map<String, String> consoles = new HashMap<>();

  @Override
  public Map<String, Checks> checks(Collection<String> ids) {
    Map<String, Checks> some = new HashMap<>(running);
    some.keySet().retainAll(ids);
    return some;
  }

  @Override
  public Optional<Map<String, String>> tags(String id) {
    return Optional.ofNullable(tags.get(id));
  }

  /** Those that were launched for applications. */
  public final List<Launched> launched = new ArrayList<>();

  @Override
  public Listing<Launched> launched(@Nullable String next) {
    return new Listing<>(List.copyOf(launched), null);
  }

  @Override
  public Optional<Launched> findLaunched(String id) {
    return launched.stream().filter(it -> it.id().equals(id)).findFirst();
  }

  @Override
  public void terminate(String id) {
    launched.removeIf(it -> it.id().equals(id));
  }

  @Override
  public Optional<String> console(String id) {
    return Optional.ofNullable(consoles.get(id));
  }
}
