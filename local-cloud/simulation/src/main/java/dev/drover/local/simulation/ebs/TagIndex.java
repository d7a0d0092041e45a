package dev.drover.local.simulation.ebs;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Which resources have a tag, so that a look for a run's few snapshots is not one through all. */
final class TagIndex {
  private final Map<Map.Entry<String, String>, NavigableSet<String>> resources = new HashMap<>();

  void add(String id, Map<String, String> tags) {
    tags.forEach(
        (key, value) ->
            resources.computeIfAbsent(Map.entry(key, value), tag -> new TreeSet<>()).add(id));
  }

  void remove(String id, Map<String, String> tags) {
    tags.forEach(
        (key, value) ->
            resources.computeIfPresent(
                Map.entry(key, value), (tag, ids) -> ids.remove(id) && ids.isEmpty() ? null : ids));
  }

  /** Those that have the tag, ascending. */
  NavigableSet<String> having(String key, String value) {
    return resources.getOrDefault(Map.entry(key, value), new TreeSet<>());
  }
}
