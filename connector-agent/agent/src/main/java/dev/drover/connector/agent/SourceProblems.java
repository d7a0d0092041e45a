package dev.drover.connector.agent;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log what the source refuses, once when it begins and once when it is mended; and
 * once, after these, that the source was listed for the first time: until then nobody knows.
 */
final class SourceProblems {
  private static final Logger LOG = LoggerFactory.getLogger(SourceProblems.class);

  private Set<String> known = Set.of();
  private Set<String> warned = Set.of();
  private boolean listed;

  /** Inventories are made by a clock and on demand, perhaps at once. */
  synchronized void note(List<String> problems) {
    Set<String> now = new LinkedHashSet<>(problems);
    now.stream()
        .filter(problem -> !known.contains(problem))
        .forEach(p -> LOG.atWarn().addKeyValue("problem", p).log("source.problem"));
    known.stream()
        .filter(problem -> !now.contains(problem))
        .forEach(p -> LOG.atInfo().addKeyValue("problem", p).log("source.problem.mended"));
    known = now;
    if (!listed) {
      LOG.atInfo().addKeyValue("problems", now.size()).log("source.listed");
      listed = true;
    }
  }

  /** What the source reads and cannot vouch for, once when it begins. */
  synchronized void warn(List<String> warnings) {
    warnings.stream()
        .filter(warning -> !warned.contains(warning))
        .forEach(w -> LOG.atWarn().addKeyValue("warning", w).log("source.warning"));
    warned = Set.copyOf(warnings);
  }
}
