package dev.drover.local.simulation.fleet;

import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.local.simulation.site.ScratchFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Runs scenarios for tests. */
final class Simulated {
  private Simulated() {}

  static Fleet.Outcome run(Scenario scenario) {
    try (ScratchFolder folder = new ScratchFolder()) {
      String machine = Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
      return new Fleet(scenario, machine, folder.path(), Trace.digested()).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
