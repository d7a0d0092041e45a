package dev.drover.local.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.cloud.AwsSimulator;
import dev.drover.local.launcher.cloud.CloudHome;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.MiniStack;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusReportTest {
  private static final long NO_SUCH_PID = 999_999_999L;

  @TempDir Path folder;
  private CloudHome home;

  @BeforeEach
  void makeHome() {
    home = new CloudHome(folder);
  }

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

  private static CloudState cloudWhoseServerEnded(String name) {
    return new CloudState(
        "no-such-cloud",
        0,
        true,
        List.of(new CloudState.Component(name, NO_SUCH_PID, 20_001, "")),
        Map.of());
  }

  /** Neither a server that starts again nor one whose catalog is lost. */
  @Test
  void of_simulatedVcenterThatEnded_saysThatItsVmsAreGone() {
    StatusReport report =
        StatusReport.of(cloudWhoseServerEnded(SimulatedVcenter.NAME), home, Instant.now());

    assertThat(report.isUp()).isFalse();
    assertThat(report.lines())
        .anyMatch(line -> line.startsWith("The simulated vCenter (process 999999999) has ended"));
  }

  @Test
  void of_processThatEnded_isDown() {
    StatusReport report =
        StatusReport.of(cloudWhoseServerEnded(MiniStack.NAME), home, Instant.EPOCH);

    assertThat(report.isUp()).isFalse();
    assertThat(report.lines().getFirst()).contains("has ended").doesNotContain("MiB");
    assertThat(report.lines().getLast())
        .contains("in memory")
        .contains("describe-images")
        .contains("./drover export")
        .contains("./drover down");
  }

  @Test
  void of_simulatorThatEnded_isDownAndStartsAgainByUp() {
    StatusReport report =
        StatusReport.of(cloudWhoseServerEnded(AwsSimulator.NAME), home, Instant.EPOCH);

    assertThat(report.isUp()).isFalse();
    assertThat(report.lines().getLast())
        .contains("process " + NO_SUCH_PID)
        .contains("lost nothing: './drover up' starts it again");
  }

  @Test
  void of_processThatEnded_standsBeforeThoseThatRun() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "600");
    builder.environment().put("DROVER_CLOUD", "ordered-cloud");
    Process running = builder.start();
    try {
      List<CloudState.Component> components =
          List.of(
              new CloudState.Component("connector-Site1", running.pid(), 0, "/servers"),
              new CloudState.Component(MiniStack.NAME, NO_SUCH_PID, 20_001, ""),
              new CloudState.Component(AwsSimulator.NAME, NO_SUCH_PID, 20_002, ""));
      CloudState state = new CloudState("ordered-cloud", 0, true, components, Map.of());

      assertThat(StatusReport.of(state, home, Instant.EPOCH).lines().subList(0, 3))
          .satisfiesExactly(
              line -> assertThat(line).startsWith("ministack").contains("has ended"),
              line -> assertThat(line).startsWith("simulator").contains("has ended"),
              line -> assertThat(line).startsWith("connector-Site1").contains("healthy"));
    } finally {
      running.destroyForcibly();
    }
  }

  @Test
  void of_connectorThatRefusesServers_namesEach() throws IOException {
    CloudState.Component connector =
        new CloudState.Component("connector-Site1", NO_SUCH_PID, 0, "/servers");
    Files.createDirectories(folder.resolve("logs"));
    Files.writeString(
        home.log("connector-Site1"),
        """
        {"event":"source.problem","problem":"/a is qcow2"}
        {"event":"source.listed","problems":"1"}
        """);

    StatusReport report =
        StatusReport.of(
            new CloudState("no-such-cloud", 0, true, List.of(connector), Map.of()),
            home,
            Instant.EPOCH);

    assertThat(report.lines()).contains("1 entry of its source is refused:", "  /a is qcow2");
  }

  @Test
  void fullDisk_withoutRoomForARun_isSaidWithItsPlace() {
    assertThat(StatusReport.fullDisk(folder, 1L << 30)).isEmpty();
    assertThat(StatusReport.fullDisk(folder, 3L << 20))
        .contains(
            "The disk that "
                + folder
                + " is on is full (3 MiB free): free space there, or runs fail.");
  }

  @Test
  void of_startThatDidNotFinish_isDownAndSaysWhatToDo() {
    CloudState state = new CloudState("no-such-cloud", 0, false, List.of(), Map.of());

    StatusReport report = StatusReport.of(state, home, Instant.EPOCH);

    assertThat(report.isUp()).isFalse();
    assertThat(report.lines().getLast()).contains("./drover up");
  }
}
