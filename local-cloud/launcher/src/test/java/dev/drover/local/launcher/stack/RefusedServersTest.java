package dev.drover.local.launcher.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedServersTest {
  @TempDir Path folder;

  @Test
  void inLog_severalStarts_tellsWhatIsRefusedNow() throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("connector.log"),
            """
            {"event":"source.problem","problem":"of an earlier start"}
            NOTE: words of another program
            {"event":"agent.started"}
            {"event":"source.problem","problem":"/a is qcow2"}
            {"event":"source.problem","problem":"/b is empty"}
            {"event":"source.problem.mended","problem":"/a is qcow2"}
            {"event":"source.problem","problem":"/c is empty"}
            {"event":"source.prob\
            """);

    RefusedServers refused = RefusedServers.inLog(log);

    assertThat(refused.lines())
        .containsExactly("2 entries of its folder are refused:", "  /b is empty", "  /c is empty");
  }

  @Test
  void inLog_noLogOrNoProblem_saysNothing() {
    assertThat(RefusedServers.inLog(folder.resolve("none.log")).lines()).isEmpty();
  }
}
