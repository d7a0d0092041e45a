package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.local.simulation.site.ScratchFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.function.Consumer;

/** Runs scenarios for tests. */
final class Simulated {
  private Simulated() {}

  static Fleet.Outcome run(Scenario scenario) {
    return run(scenario, fleet -> {});
  }

  /** The same with what is prepared before it begins. */
  static Fleet.Outcome run(Scenario scenario, Consumer<Fleet> prepared) {
    try (ScratchFolder folder = new ScratchFolder()) {
      String machine = Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
      Fleet fleet = new Fleet(scenario, machine, folder.path(), Trace.digested());
      prepared.accept(fleet);
      return fleet.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
