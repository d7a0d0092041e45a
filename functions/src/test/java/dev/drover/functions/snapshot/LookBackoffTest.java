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
    assertThat(new LookBackoff(LookBackoff.LAST_LOOK).waitSeconds()).isEqualTo(480);
    assertThat(new LookBackoff(LookBackoff.LAST_LOOK).waitedSeconds()).isEqualTo(1830 + 176 * 480);
  }

  @Test
  void repeatsEvents_halfHourOfLooks_isOnceAMinute() {
    int[] repeating =
        IntStream.range(0, 64).filter(waits -> new LookBackoff(waits).repeatsEvents()).toArray();
    assertThat(new LookBackoff(64).waitedSeconds()).isEqualTo(1830);
    assertThat(repeating).hasSize(30).startsWith(5, 7, 9);
  }
}
