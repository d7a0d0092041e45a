package dev.drover.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventLogTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final EventLog log = new EventLog(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  private String line() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void event_fields_areOneJsonLine() {
    log.event("run-started", Map.of("runId", "sms-run-1a2b3c4d", "extent", 7, "retried", true));

    assertThat(line())
        .isEqualTo(
            "{\"event\":\"run-started\",\"extent\":7,\"retried\":true,"
                + "\"runId\":\"sms-run-1a2b3c4d\"}"
                + System.lineSeparator());
  }

  @Test
  void event_tokenOrSecret_isWithheld() {
    log.event("x", Map.of("taskToken", "AAAA", "clientSecret", "BBBB"));

    assertThat(line()).doesNotContain("AAAA", "BBBB");
  }

  @Test
  void metrics_areALineOfCloudWatchsEmbeddedFormat() {
    log.metrics("Drover", Instant.ofEpochMilli(7), Map.of("RunsWaiting", 2L));

    assertThat(line().strip())
        .startsWith("{\"event\":\"metrics\",\"Stack\":\"Drover\",\"RunsWaiting\":2,\"_aws\":{")
        .contains(
            "\"CloudWatchMetrics\":[{\"Dimensions\":[[\"Stack\"]],"
                + "\"Metrics\":[{\"Name\":\"RunsWaiting\"}],\"Namespace\":\"Drover\"}]")
        .contains("\"Timestamp\":7");
  }

  @Test
  void failure_trace_staysOnTheLine() {
    log.failure("x", Map.of(), new IllegalStateException("boom\nand more"));

    assertThat(line().lines()).hasSize(1);
    assertThat(line()).contains("java.lang.IllegalStateException", "EventLogTest");
  }
}
