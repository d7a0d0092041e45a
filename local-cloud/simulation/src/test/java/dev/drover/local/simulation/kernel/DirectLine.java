package dev.drover.local.simulation.kernel;

import java.util.function.Supplier;

/** A way to the services that takes no time; what is due at once is done before it returns. */
public record DirectLine(Simulation simulation) implements Line {
  @Override
  public <T> T call(String service, String operation, String about, Supplier<T> action) {
    T answer = action.get();
    simulation.runUntil(simulation.instant());
    return answer;
  }
}
