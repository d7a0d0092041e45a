package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloudProcessesTest {
  private final String cloudId = UUID.randomUUID().toString();
  private final CloudProcesses processes = new CloudProcesses(cloudId);

  @AfterEach
  void endWhatWasStarted() {
    processes.stop();
  }

  @Test
  void find_childOfAChild_isFoundByItsEnvironment() throws IOException {
    Process parent = start(cloudId, "sleep 60 & echo ready; wait");
    parent.getInputStream().read(); // the child is there
    assertThat(processes.find()).hasSizeGreaterThanOrEqualTo(1).contains(parent.toHandle());
    parent.destroyForcibly().onExit().join();
    assertThat(processes.find()).hasSize(1).doesNotContain(parent.toHandle());
  }

  @Test
  void find_otherCloudWhoseIdStartsTheSame_isNotFound() throws IOException {
    Process other = start(cloudId + "0", "exec sleep 60");
    try {
      assertThat(processes.find()).isEmpty();
    } finally {
      other.destroyForcibly().onExit().join();
    }
  }

  @Test
  void stop_severalProcesses_endsThemAll() throws IOException {
    start(cloudId, "exec sleep 60");
    start(cloudId, "sleep 60 & sleep 61 & wait");

    processes.stop();

    assertThat(processes.find()).isEmpty();
  }

  @Test
  void stop_processThatIgnoresTermination_isKilled() throws IOException {
    Process stubborn = start(cloudId, "trap '' TERM; echo ready; while :; do sleep 1; done");
    stubborn.getInputStream().read(); // the trap is set

    processes.stop();

    assertThat(stubborn.isAlive()).isFalse();
  }

  @Test
  void runs_processOfTheCloud_untilItHasEnded() throws IOException {
    Process process = start(cloudId, "exec sleep 60");

    assertThat(processes.runs(process.pid())).isTrue();
    process.destroyForcibly().onExit().join();
    assertThat(processes.runs(process.pid())).isFalse();
  }

  @Test
  void runs_processThatNobodyWaitedFor_hasEnded() throws IOException {
    // The shell becomes a program that never waits for the child that it started before.
    Process parent = start(cloudId, "(while :; do sleep 1; done) & echo $!; exec sleep 60");
    try (BufferedReader out = parent.inputReader()) {
      long child = Long.parseLong(out.readLine());
      ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
      assertThat(processes.runs(child)).isTrue();
      // As long as it is the shell it may still wait for the child.
      while (!Files.readString(Path.of("/proc/" + parent.pid() + "/comm")).equals("sleep\n")) {
        Pause.interruptibly(Duration.ofMillis(5));
      }

      handle.destroyForcibly();
      while (!Files.readString(Path.of("/proc/" + child + "/stat")).contains(") Z ")) {
        Pause.interruptibly(Duration.ofMillis(5));
      }

      assertThat(processes.runs(child)).isFalse();
    }
  }

  @Test
  void runs_anotherProcessThatGotTheId_isNotOurs() throws IOException {
    Process other = start(cloudId + "0", "exec sleep 60");
    try {
      assertThat(processes.runs(other.pid())).isFalse();
    } finally {
      other.destroyForcibly().onExit().join();
    }
  }

  private static Process start(String id, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", script));
    builder.environment().put(CloudProcesses.MARKER, id);
    return builder.start();
  }
}
