package dev.drover.functions.account;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Functions with the versions that deployments made of them. */
public final class InMemoryFunctionVersions implements FunctionVersions {
  private final Map<String, Set<String>> versions = new TreeMap<>();
  private final Map<String, String> live = new TreeMap<>();

  /** A deployment publishes that version, and the alias names it. */
  public void deploy(String function, String version) {
    versions.computeIfAbsent(function, _ -> new TreeSet<>()).add(version);
    live.put(function, version);
  }

  /** A deployment that failed takes its version back, and the alias names that one again. */
  public void rollBack(String function, String version) {
    all(function).remove(liveOf(function));
    live.put(function, version);
  }

  /** All of a function. */
  public List<String> versions(String function) {
    return List.copyOf(all(function));
  }

  @Override
  public Published of(String function) {
    return new Published(
        liveOf(function),
        all(function).stream().filter(version -> !version.equals(liveOf(function))).toList());
  }

  /** Lambda refuses to delete what an alias names. */
  @Override
  public void remove(String function, String version) {
    if (version.equals(liveOf(function))) {
      throw new RefusedException("ResourceConflictException", "an alias names it");
    }
    all(function).remove(version);
  }

  private Set<String> all(String function) {
    return Objects.requireNonNull(versions.get(function), function);
  }

  private String liveOf(String function) {
    return Objects.requireNonNull(live.get(function), function);
  }
}
