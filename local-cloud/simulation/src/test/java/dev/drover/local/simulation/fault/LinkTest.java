package dev.drover.local.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LinkTest {
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  private static final long GIGABIT_BYTES = 125_000_000;

  /** How long two of a site's connectors take for so many bytes, half of them each. */
  private static Duration timeOfTwo(long seed, int servers, long bytes) {
    Simulation simulation = new Simulation(seed, START, Trace.off());
    Link link = Link.of(simulation, Set.of(), servers);
    CompletableFuture<Instant> last = new CompletableFuture<>();
    int[] left = {2};
    for (int i = 0; i < 2; i++) {
      var _ =
          simulation.start(
              "c" + i,
              () -> {
                link.carry(bytes / 2);
                if (--left[0] == 0) {
                  last.complete(simulation.instant());
                }
              });
    }
    simulation.runUntil(START.plus(Duration.ofHours(1)));
    return Duration.between(START, last.join());
  }

  @Test
  void carry_ofAllConnectors_isAsFastAsTheSite() {
    for (int seed = 1; seed <= 50; seed++) {
      assertThat(timeOfTwo(seed, 2, 10 * GIGABIT_BYTES))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(100));
      assertThat(timeOfTwo(seed, 500, 10 * GIGABIT_BYTES))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
  }
}
