package dev.drover.functions.state;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Versions of functions in whose place a deployment put others, and since when. Lambda tells when a
 * version was published, and nobody when it was replaced.
 *
 * <p>Item {@code VERSION / <function>:<version>}.
 */
public final class OldVersions {
  private static final String PK = "VERSION";
  private static final String SINCE = "since";

  private final Table table;

  OldVersions(Table table) {
    this.table = table;
  }

  /** Those of a function that are known to be old. */
  public Set<String> known(String function) {
    String prefix = function + ":";
    return table
        .query(PK, prefix)
        .map(item -> item.text(Item.SK).substring(prefix.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Since when it is known to be old; from now on, if it was not. */
  public Instant since(String function, String version, Instant now) {
    return table
        .updateAndGet(ItemUpdate.of(PK, sk(function, version)).setIfAbsent(SINCE, now))
        .map(item -> item.time(SINCE))
        .orElse(now);
  }

  /** It is gone, or not old after all: its deployment was rolled back. */
  public void forget(String function, String version) {
    table.delete(PK, sk(function, version));
  }

  private static String sk(String function, String version) {
    return function + ":" + version;
  }
}
