package dev.drover.local.simulation.fault;

import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A site's one way to AWS. */
public final class Link {
  /** A link that is always up. */
  public static final Link UP = new Link();

  private static final int LONGEST_PAUSE_MINUTES = 48 * 60;
  private static final int LONGEST_OUTAGE_SECONDS = 3 * 60 * 60;

  private boolean down;

  private Link() {}

  /** A link that is down now and then. */
  public static Link of(Simulation simulation, Set<FaultKind> kinds) {
    Link link = new Link();
    if (kinds.contains(FaultKind.LINKS)) {
      link.next(simulation, simulation.newRandom());
    }
    return link;
  }

  private void next(Simulation simulation, RandomGenerator random) {
    simulation.after(
        Duration.ofMinutes(random.nextInt(1, LONGEST_PAUSE_MINUTES)),
        () -> {
          down = true;
          simulation.trace().line("link", "down");
          simulation.after(
              Duration.ofSeconds(random.nextInt(5, LONGEST_OUTAGE_SECONDS)),
              () -> {
                down = false;
                simulation.trace().line("link", "up");
                next(simulation, random);
              });
        });
  }

  /** Whether nothing gets through. */
  public boolean isDown() {
    return down;
  }
}
