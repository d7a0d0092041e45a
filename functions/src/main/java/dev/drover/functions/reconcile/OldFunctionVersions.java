package dev.drover.functions.reconcile;

import dev.drover.functions.account.FunctionVersions;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.run.ReplicateRunLimits;
import dev.drover.functions.state.OldVersions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Versions of functions that no execution can name any more: an execution ends on those with which
 * it began, so a version stays for as long as one may last after it was replaced. The alias and the
 * state machine's definition name the same version, because one deployment changes both.
 */
final class OldFunctionVersions implements Station {
  /** An execution may begin with it until the end of the deployment that replaces it. */
  private static final Duration DEPLOYMENT = Duration.ofDays(1);

  /** What was not seen to be replaced for so long stays. */
  static final Duration KEPT = ReplicateRunLimits.EXECUTION_LIFE.plus(DEPLOYMENT);

  private final List<String> functions;
  private final FunctionVersions versions;
  private final OldVersions old;
  private final InstantSource clock;
  private final EventLog log;

  OldFunctionVersions(
      List<String> functions,
      FunctionVersions versions,
      OldVersions old,
      InstantSource clock,
      EventLog log) {
    this.functions = List.copyOf(functions);
    this.versions = versions;
    this.old = old;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public String word() {
    return "versions";
  }

  @Override
  public Leg look(@Nullable String from) {
    return new Leg(
        functions.stream()
            .map(function -> new Work(Map.of("function", function), () -> sweep(function)))
            .toList(),
        null);
  }

  private void sweep(String function) {
    FunctionVersions.Published published = versions.of(function);
    Set<String> known = old.known(function);
    Instant now = clock.instant();
    for (String version : published.others()) {
      if (!now.isBefore(old.since(function, version, now).plus(KEPT))) {
        versions.remove(function, version);
        old.forget(function, version);
        log.event("version-removed", Map.of("function", function, "version", version));
      }
    }
    known.stream()
        .filter(version -> !published.others().contains(version))
        .forEach(version -> old.forget(function, version));
  }
}
