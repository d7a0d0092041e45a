package dev.drover.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.InvalidMessageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A report's key says who reports, of which attempt at which run, and what kind of report it is.
 */
class ReportKeyTest {
  private static final String CONNECTOR = "reports/site/c-0123456789abcdef0/";
  private static final String RUN = CONNECTOR + "runs/sms-run-5e6f7a8b/2/";

  @Test
  void key_ofEachKind_readsAsFormatsFixIt() {
    assertThat(SampleReports.all())
        .extracting(Report::key)
        .containsExactly(
            CONNECTOR + "registration.json",
            CONNECTOR + "inventory.json",
            CONNECTOR + "status.json",
            RUN + "opened.json",
            RUN + "progress.json",
            RUN + "completed.json",
            RUN + "failed.json");
  }

  @ParameterizedTest
  @MethodSource("dev.drover.protocol.message.SampleReports#all")
  void requireFoundAt_keyOfTheReportAsItIsRead_isTaken(Report written) {
    Report read = MessageJson.read("report", MessageJson.write(written), Report.class);
    assertThatCode(() -> read.requireFoundAt(written.key())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reports/site/c-fedcba9876543210f/runs/sms-run-5e6f7a8b/2/opened.json",
        "reports/elsewhere/c-0123456789abcdef0/runs/sms-run-5e6f7a8b/2/opened.json",
        "reports/site/c-0123456789abcdef0/runs/sms-run-00000000/2/opened.json",
        "reports/site/c-0123456789abcdef0/runs/sms-run-5e6f7a8b/1/opened.json",
        "reports/site/c-0123456789abcdef0/runs/sms-run-5e6f7a8b/2/completed.json",
        "reports/site/c-0123456789abcdef0/opened.json",
        ""
      })
  void requireFoundAt_anotherKey_isRefusedAndTheReportsOwnNamed(String key) {
    assertThatThrownBy(() -> SampleReports.OPENED.requireFoundAt(key))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("the report says that its key is " + RUN + "opened.json");
  }
}
