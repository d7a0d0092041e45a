package dev.drover.local.launcher.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    Process parent = start(cloudId, "sleep 60 & wait");

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

  private static Process start(String id, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", script));
    builder.environment().put(CloudProcesses.MARKER, id);
    return builder.start();
  }
}
