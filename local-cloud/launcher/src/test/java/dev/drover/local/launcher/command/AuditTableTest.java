package dev.drover.local.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class AuditTableTest {
  private final AuditTable table = new AuditTable();

  private void add(String page) {
    try {
      table.add(new ObjectMapper().readTree(page.replace('\'', '"')));
    } catch (JsonProcessingException e) {
      throw new AssertionError(page, e);
    }
  }

  @Test
  void lines_nothing_saysSoAndWhatWasNotLookedAt() {
    add("{'leftovers': [], 'prices': 'us-east-1, November 2026', 'notSeen': ['Other Regions.']}");

    assertThat(table.isEmpty()).isTrue();
    assertThat(table.lines())
        .containsExactly("Nothing is left.", "Not looked at:", "  Other Regions.");
  }

  @Test
  void lines_leftoversOfTwoPages_areOneTableWithASum() {
    add(
        """
        {'leftovers': [{'leftoverId': 'snapshot/snap-1', 'kind': 'snapshot', 'reason': 'sms-run-1 made no AMI',
         'createdTime': 1, 'ageHours': 26, 'sizeBytes': 8589934592, 'sizeIs': 'atMost',
         'monthlyDollars': 0.4000, 'removal': 'automatic'}],
         'prices': 'us-east-1, November 2026', 'notSeen': ['Logs.'], 'nextToken': 'x'}
        """);
    add(
        """
        {'leftovers': [{'leftoverId': 'schedule/a.b', 'kind': 'schedule', 'reason': 'a has ended',
         'monthlyDollars': 0.0000, 'removal': 'byHand'},
         {'leftoverId': 'staging/s', 'reason': 'gone', 'ageHours': 72, 'sizeBytes': 500,
          'sizeIs': 'exact', 'monthlyDollars': 0.0100, 'removal': 'onRequest'}],
         'prices': 'us-east-1, November 2026', 'notSeen': ['Logs.']}
        """);

    assertThat(table.isEmpty()).isFalse();
    assertThat(table.lines())
        .containsExactly(
            "LEFTOVER         AGE   SIZE        $/MONTH    REMOVAL    REASON",
            "snapshot/snap-1  26 h  <= 8.0 GiB  <= 0.4000  automatic  sms-run-1 made no AMI",
            "schedule/a.b     -     -           0.0000     byHand     a has ended",
            "staging/s        3 d   500 B       0.0100     onRequest  gone",
            "3 leftovers, at most $0.41 a month at list prices (us-east-1, November 2026).",
            "'./drover audit --remove LEFTOVER' removes one, '--remove all' all but what is byHand.",
            "Not looked at:",
            "  Logs.");
  }
}
