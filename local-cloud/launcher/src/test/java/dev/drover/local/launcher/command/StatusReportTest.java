package dev.drover.local.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.MiniStack;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusReportTest {
  private static final long NO_SUCH_PID = 999_999_999L;

  @Test
  void line_serverThatAnswers_saysWhereSinceWhenAndHowLarge() {
    CloudState.Component component = new CloudState.Component(MiniStack.NAME, 4711, 20_001, "");

    assertThat(
            StatusReport.line(
                component, StatusReport.Health.HEALTHY, Duration.ofSeconds(75), 131L * 1024 * 1024))
        .isEqualTo(
            "ministack        127.0.0.1:20001  healthy          pid 4711     up 1 min 15 s"
                + "   131 MiB");
  }

  @Test
  void readable_durations_haveTheirTwoLargestUnits() {
    assertThat(StatusReport.readable(Duration.ofSeconds(9))).isEqualTo("9 s");
    assertThat(StatusReport.readable(Duration.ofSeconds(60))).isEqualTo("1 min 0 s");
    assertThat(StatusReport.readable(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
  }

  @Test
  void of_processThatEnded_isDown() {
    CloudState state =
        new CloudState(
            "no-such-cloud",
            0,
            true,
            List.of(new CloudState.Component(MiniStack.NAME, NO_SUCH_PID, 20_001, "")),
            Map.of());

    StatusReport report = StatusReport.of(state, Instant.EPOCH);

    assertThat(report.isUp()).isFalse();
    assertThat(report.lines().getFirst()).contains("has ended");
  }

  @Test
  void of_startThatDidNotFinish_isDownAndSaysWhatToDo() {
    CloudState state = new CloudState("no-such-cloud", 0, false, List.of(), Map.of());

    StatusReport report = StatusReport.of(state, Instant.EPOCH);

    assertThat(report.isUp()).isFalse();
    assertThat(report.lines().getLast()).contains("./drover up");
  }
}
