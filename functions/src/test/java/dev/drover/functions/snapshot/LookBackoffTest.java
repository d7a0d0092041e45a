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
  void isNextMinute_halfHourOfLooks_isOnceAMinute() {
    int[] minutes =
        IntStream.range(0, 64).filter(waits -> new LookBackoff(waits).isNextMinute()).toArray();
    assertThat(new LookBackoff(64).waitedSeconds()).isEqualTo(1830);
    assertThat(minutes).hasSize(30).startsWith(5, 7, 9);
  }

  @Test
  void isNextDoubling_allLooksOfAPass_isElevenTimes() {
    int[] doublings =
        IntStream.rangeClosed(0, LookBackoff.LAST_LOOK)
            .filter(waits -> new LookBackoff(waits).isNextDoubling())
            .map(waits -> new LookBackoff(waits).waitedSeconds() / 60)
            .toArray();
    assertThat(doublings).containsExactly(1, 2, 4, 8, 16, 38, 70, 134, 262, 518, 1030);
  }
}
