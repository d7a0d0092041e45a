package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitsTest {
  @Test
  void quantile_hundredWaitsInAnyOrder_isWhatThatPartDidNotExceed() {
    Waits waits = new Waits();
    for (int i = 0; i < 100; i++) {
      waits.add(Duration.ofSeconds((i * 37) % 100 + 1));
    }

    assertThat(waits.count()).isEqualTo(100);
    assertThat(waits.quantile(0.5)).isEqualTo(Duration.ofSeconds(50));
    assertThat(waits.quantile(0.95)).isEqualTo(Duration.ofSeconds(95));
    assertThat(waits.quantile(1)).isEqualTo(Duration.ofSeconds(100));
  }

  @Test
  void quantile_nothingWasTimed_isZero() {
    assertThat(new Waits().quantile(1)).isZero();
  }
}
