package dev.drover.connector.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.connector.log.JsonLogs;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SourceProblemsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-26T14:00:00Z"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final SourceProblems problems = new SourceProblems();

  @BeforeEach
  void openLog() {
    JsonLogs.open(out, CLOCK, false);
  }

  @AfterEach
  void dropLines() {
    JsonLogs.open(OutputStream.nullOutputStream(), CLOCK, false);
  }

  @Test
  void note_sameProblems_areLoggedOncePerChange() {
    problems.note(List.of("a is a qcow2 image.", "b has 0 bytes."));
    problems.note(List.of("b has 0 bytes.", "a is a qcow2 image."));
    assertThat(lines()).hasSize(3);
    assertThat(lines().subList(0, 2)).allMatch(line -> line.contains("\"level\":\"WARN\""));
    assertThat(lines().getFirst()).contains("source.problem", "a is a qcow2 image.");
    problems.note(List.of("b has 0 bytes."));
    assertThat(lines()).hasSize(4).last().asString().contains("source.problem.mended", "a is a");
    problems.note(List.of("a is a qcow2 image.", "b has 0 bytes."));
    assertThat(lines()).hasSize(5).last().asString().contains("WARN", "a is a qcow2 image.");
  }

  @Test
  void note_firstTime_saysAfterTheProblemsThatTheSourceWasListed() {
    problems.note(List.of("a is a qcow2 image."));
    problems.note(List.of());
    problems.note(List.of("a is a qcow2 image."));

    assertThat(lines()).hasSize(4);
    assertThat(lines().get(1)).contains("INFO", "source.listed", "\"problems\":\"1\"");
    assertThat(lines().subList(2, 4)).noneMatch(line -> line.contains("source.listed"));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
