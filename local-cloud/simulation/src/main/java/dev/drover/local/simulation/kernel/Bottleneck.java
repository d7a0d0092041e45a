package dev.drover.local.simulation.kernel;

import java.time.Duration;
import java.time.Instant;

/**
 * What serves one after another, in the order in which they come, and so shares its rate among all
 * who use it at a time: a link, a disk, a processor.
 */
public final class Bottleneck {
  /** Nobody sleeps for less; whoever comes next does, for what was used before, too. */
  private static final Duration UNFELT = Duration.ofMillis(5);

  private final Simulation simulation;
  private Instant free;

  /** One that is free. */
  public Bottleneck(Simulation simulation) {
    this.simulation = simulation;
    this.free = simulation.instant();
  }

  /** Uses it for so long, from the calling thread of a process, after all who came before. */
  public void use(Duration time) {
    Instant now = simulation.instant();
    free = (free.isBefore(now) ? now : free).plus(time);
    Duration left = Duration.between(now, free);
    if (left.compareTo(UNFELT) >= 0) {
      simulation.sleep(left);
    }
  }
}
