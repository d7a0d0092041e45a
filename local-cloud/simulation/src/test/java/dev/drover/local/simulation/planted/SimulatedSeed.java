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
            (Long) wish.get("seed"),
            (Integer) wish.get("servers"),
            Duration.ofHours((Integer) wish.get("hours")),
            FaultKind.parse((String) wish.get("faults")),
            (Integer) wish.get("scale"),
            new Scenario.Haste(1, (Integer) wish.get("severity")));
    Fleet fleet =
        new Fleet(
            scenario, (String) wish.get("machine"), (Path) wish.get("folder"), Trace.keeping(0));
    Fleet.Outcome outcome = fleet.run();
    Set<String> found = new LinkedHashSet<>();
    if (outcome.imagesVerified() == 0) {
      found.add("no image was made");
    }
    outcome.violations().stream().map(Violation::toString).forEach(found::add);
    return found;
  }
}
