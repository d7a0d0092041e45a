package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LookBackoffTest {
  @Test
  void waitedSeconds_anyCount_isTheSumOfTheWaits() {
    int sum = 0;
    for (int waits = 0; waits < 130; waits++) {
      assertThat(new LookBackoff(waits).waitedSeconds()).isEqualTo(sum);
      sum += new LookBackoff(waits).waitSeconds();
    }
  }

  @Test
  void waitedSeconds_lastLook_isAboutADay() {
    assertThat(new LookBackoff(LookBackoff.LAST_LOOK).waitSeconds()).isEqualTo(300);
    assertThat(new LookBackoff(LookBackoff.LAST_LOOK).waitedSeconds()).isEqualTo(3630 + 275 * 300);
  }

  @Test
  void repeatsEvents_hourOfLooks_isOnceAMinute() {
    int[] repeating =
        IntStream.range(0, 124).filter(waits -> new LookBackoff(waits).repeatsEvents()).toArray();
    assertThat(new LookBackoff(124).waitedSeconds()).isEqualTo(3630);
    assertThat(repeating).hasSize(60).startsWith(5, 7, 9);
  }
}
