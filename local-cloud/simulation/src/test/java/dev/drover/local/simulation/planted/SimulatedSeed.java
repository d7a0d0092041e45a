package dev.drover.local.simulation.planted;

import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.fleet.Fleet;
import dev.drover.local.simulation.fleet.Scenario;
import dev.drover.local.simulation.fleet.Violation;
import dev.drover.local.simulation.kernel.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Simulates one seed; it is loaded together with the world that it simulates, and speaks with
 * another world's test in the JDK's own types.
 */
public final class SimulatedSeed implements Function<Map<String, Object>, Set<String>> {
  @Override
  public Set<String> apply(Map<String, Object> wish) {
    Scenario scenario =
        new Scenario(
            value(wish, "seed", Long.class),
            value(wish, "servers", Integer.class),
            Duration.ofHours(value(wish, "hours", Integer.class)),
            FaultKind.parse(value(wish, "faults", String.class)),
            value(wish, "scale", Integer.class),
            new Scenario.Haste(1, value(wish, "severity", Integer.class)));
    Fleet fleet =
        new Fleet(
            scenario,
            value(wish, "machine", String.class),
            value(wish, "folder", Path.class),
            Trace.off());
    Fleet.Outcome outcome = fleet.run();
    Set<String> found = new LinkedHashSet<>();
    if (outcome.imagesVerified() == 0) {
      found.add("no image was made");
    }
    outcome.violations().stream().map(Violation::toString).forEach(found::add);
    return found;
  }

  private static <T> T value(Map<String, Object> wish, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(wish.get(name), name));
  }
}
