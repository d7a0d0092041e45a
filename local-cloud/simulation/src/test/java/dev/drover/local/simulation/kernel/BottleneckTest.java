package dev.drover.local.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BottleneckTest {
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

  private final Simulation simulation = new Simulation(1, START, Trace.off());
  private final Bottleneck bottleneck = new Bottleneck(simulation);

  private List<Long> millisAtEndOf(int users, Duration use) {
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      var _ =
          simulation.start(
              "user" + i,
              () -> {
                bottleneck.use(use);
                ends.add(Duration.between(START, simulation.instant()).toMillis());
              });
    }
    simulation.runUntil(START.plus(Duration.ofHours(1)));
    return ends;
  }

  @Test
  void use_byManyAtATime_takesThemTheirSum() {
    assertThat(millisAtEndOf(4, Duration.ofSeconds(1)))
        .containsExactly(1_000L, 2_000L, 3_000L, 4_000L);
  }

  @Test
  void use_ofMuchThatIsUnfeltAlone_isFeltTogether() {
    assertThat(millisAtEndOf(1_000, Duration.ofMillis(1))).last().isEqualTo(1_000L);
  }
}
