package dev.drover.connector.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.connector.store.StoreUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class JsonLogsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T14:00:00Z"));

  @TempDir Path folder;

  @AfterEach
  void dropLines() {
    JsonLogs.open(OutputStream.nullOutputStream(), CLOCK, false);
  }

  @Test
  void log_event_isOneLineOfJson() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonLogs.open(out, CLOCK, false);
    Logger log = LoggerFactory.getLogger(JsonLogsTest.class);
    log.atWarn().addKeyValue("runId", "r\n1").setCause(new IOException("bad\ndisk")).log("a.b");
    log.debug("not shown");
    log.info("read {} of {}", 1, 2);
    LoggerFactory.getLogger("software.amazon.awssdk.request").info("not shown");
    String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
    assertThat(lines).hasSize(2);
    JsonNode line = new ObjectMapper().readTree(lines[0]);
    assertThat(line.get("time").asText()).isEqualTo("2026-11-23T14:00:00Z");
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("event").asText()).isEqualTo("a.b");
    assertThat(line.get("runId").asText()).isEqualTo("r\n1");
    assertThat(line.get("error").asText()).contains("bad\ndisk");
    assertThat(new ObjectMapper().readTree(lines[1]).get("event").asText())
        .isEqualTo("read 1 of 2");
  }

  @Test
  void log_failureOfOurs_isItsSentenceAndTheCauseBesideIt() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonLogs.open(out, CLOCK, false);
    Exception raw = new IOException("Request ID: 7");
    LoggerFactory.getLogger(JsonLogsTest.class)
        .atWarn()
        .setCause(new StoreUnavailableException("AWS is busy.", raw))
        .log("a.b");
    JsonNode line = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(line.get("error").asText()).isEqualTo("AWS is busy.");
    assertThat(line.get("cause").asText()).contains("Request ID: 7");
  }

  @Test
  void rotatingFile_full_beginsAnewAndKeepsOne() throws IOException {
    Path file = folder.resolve("logs").resolve("connector.jsonl");
    byte[] line = new byte[1 << 20];
    line[line.length - 1] = '\n';
    try (RotatingFile out = new RotatingFile(file)) {
      for (int i = 0; i < 40; i++) {
        out.write(line);
      }
    }
    assertThat(Files.size(file)).isLessThan(17 << 20);
    assertThat(Files.size(file.resolveSibling("connector.jsonl.old"))).isEqualTo(17 << 20);
  }
}
