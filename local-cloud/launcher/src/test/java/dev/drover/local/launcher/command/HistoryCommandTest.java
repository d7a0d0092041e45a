package dev.drover.local.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class HistoryCommandTest {
  private static String line(String event) throws JsonProcessingException {
    return HistoryCommand.line(new JsonMapper().readTree(event));
  }

  @Test
  void line_ofAnEvent_saysWhenWhatAndWhy() throws JsonProcessingException {
    assertThat(
            line(
                """
                {"time": 1795442400.25, "event": "attempt-failed",
                 "details": {"attempt": "2", "jobId": "sms-job-1", "reason": "The link broke."}}
                """))
        .isEqualTo(
            "2026-11-23T14:00:00Z  attempt-failed          attempt=2  reason=The link broke.");
    assertThat(line("{\"time\": 1795442400, \"event\": \"run-begun\", \"details\": {}}"))
        .isEqualTo("2026-11-23T14:00:00Z  run-begun");
  }
}
