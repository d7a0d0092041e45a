package dev.drover.local.launcher.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
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
            {"event":"source.listed","problems":"2"}
            {"event":"source.problem.mended","problem":"/a is qcow2"}
            {"event":"source.problem","problem":"/c is empty"}
            {"event":"source.prob\
            """);

    RefusedServers refused = RefusedServers.inLog(log);

    assertThat(refused.lines())
        .containsExactly("2 entries of its source are refused:", "  /b is empty", "  /c is empty");
  }

  @Test
  void inLog_noProblem_saysNothing() throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("connector.log"),
            """
            {"event":"agent.started"}
            {"event":"source.listed","problems":"0"}
            """);

    assertThat(RefusedServers.inLog(log).lines()).isEmpty();
  }

  @Test
  void inLog_sourceWasNotReadYet_saysSo() throws IOException {
    Path log = folder.resolve("connector.log");
    assertThat(RefusedServers.inLog(log).lines()).singleElement().asString().contains("not read");

    Files.writeString(
        log,
        """
        {"event":"source.problem","problem":"of an earlier start"}
        {"event":"source.listed","problems":"1"}
        {"event":"agent.started"}
        """);

    RefusedServers refused = RefusedServers.inLog(log);
    assertThat(refused.isListed()).isFalse();
    assertThat(refused.lines()).singleElement().asString().contains("not read");
  }

  @Test
  void inLog_fromWhereAStartBegins_knowsNothingOfTheOneBefore() throws IOException {
    String earlier = "{\"event\":\"source.listed\",\"problems\":\"0\"}\n";
    Path log = Files.writeString(folder.resolve("connector.log"), earlier);

    assertThat(RefusedServers.inLog(log).isListed()).isTrue();
    assertThat(RefusedServers.inLog(log, earlier.length()).isListed()).isFalse();
  }

  @Test
  void lines_moreThanATerminalShows_areCounted() {
    List<String> sentences = IntStream.rangeClosed(1, 113).mapToObj(i -> "/s/" + i).toList();
    assertThat(new RefusedServers(true, sentences).lines())
        .hasSize(1 + RefusedServers.MAX_SHOWN + 1)
        .startsWith("113 entries of its source are refused:", "  /s/1")
        .endsWith(
            "  /s/20", "  and 93 more: the connector's log in .local/cloud/logs has them all.");
    assertThat(new RefusedServers(true, sentences.subList(0, 20)).lines()).endsWith("  /s/20");
  }
}
