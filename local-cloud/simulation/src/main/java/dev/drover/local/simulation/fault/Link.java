package dev.drover.local.simulation.fault;

import dev.drover.local.simulation.kernel.Bottleneck;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A site's one way to AWS; all of its connectors share what it carries. */
public final class Link {
  /** A link that is always up. */
  public static final Link UP = new Link(null, 0);

  private static final int LONGEST_PAUSE_MINUTES = 48 * 60;
  private static final int LONGEST_OUTAGE_SECONDS = 3 * 60 * 60;

  private static final double MEGABIT_BYTES = 1e6 / 8;
  private static final int LEAST_MEGABITS = 100;
  private static final int LEAST_MEGABITS_OF_MANY = 1_000;
  private static final int MANY_SERVERS = 50;
  private static final int MOST_MEGABITS = 10_000;
  private static final int SLOWEST = 20;

  private final @Nullable Bottleneck bottleneck;
  private final double bytesPerSecond;
  private boolean down;
  private int slowness = 1;

  private Link(@Nullable Bottleneck bottleneck, double bytesPerSecond) {
    this.bottleneck = bottleneck;
    this.bytesPerSecond = bytesPerSecond;
  }

  /**
   * A link of 100 Mbit/s to 10 Gbit/s, with many servers of 1 Gbit/s at least; with that fault it
   * is down or slow now and then.
   *
   * @param servers how many the site has
   */
  public static Link of(Simulation simulation, Set<FaultKind> kinds, int servers) {
    RandomGenerator random = simulation.newRandom();
    double least = servers < MANY_SERVERS ? LEAST_MEGABITS : LEAST_MEGABITS_OF_MANY;
    double megabits = least * Math.pow(MOST_MEGABITS / least, random.nextDouble());
    Link link = new Link(new Bottleneck(simulation), megabits * MEGABIT_BYTES);
    if (kinds.contains(FaultKind.LINKS)) {
      nowAndThen(
          simulation,
          random,
          () -> link.setDown(simulation, true),
          () -> link.setDown(simulation, false));
      RandomGenerator slow = simulation.newRandom();
      nowAndThen(
          simulation, slow, () -> link.slowDown(simulation, slow), () -> link.recover(simulation));
    }
    return link;
  }

  /** Carries so many bytes, from the calling thread of a process; what is down takes no time. */
  public void carry(long bytes) {
    if (bottleneck != null && !down) {
      bottleneck.use(Duration.ofNanos(Math.round(bytes * slowness / bytesPerSecond * 1e9)));
    }
  }

  private void slowDown(Simulation simulation, RandomGenerator random) {
    slowness = random.nextInt(2, SLOWEST + 1);
    simulation.trace().line("link", slowness + " times as slow");
  }

  private void recover(Simulation simulation) {
    slowness = 1;
    simulation.trace().line("link", "as fast as ever");
  }

  private void setDown(Simulation simulation, boolean isDown) {
    down = isDown;
    simulation.trace().line("link", isDown ? "down" : "up");
  }

  /** Every few hours, for a while. */
  private static void nowAndThen(
      Simulation simulation, RandomGenerator random, Runnable begin, Runnable end) {
    simulation.after(
        Duration.ofMinutes(random.nextInt(1, LONGEST_PAUSE_MINUTES)),
        () -> {
          begin.run();
          simulation.after(
              Duration.ofSeconds(random.nextInt(5, LONGEST_OUTAGE_SECONDS)),
              () -> {
                end.run();
                nowAndThen(simulation, random, begin, end);
              });
        });
  }

  /** Whether nothing gets through. */
  public boolean isDown() {
    return down;
  }
}
