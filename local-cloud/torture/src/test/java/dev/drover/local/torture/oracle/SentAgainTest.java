package dev.drover.local.torture.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.torture.wire.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentAgainTest {
  private static final String SEGMENT = "staging/e/sms-job-1/sms-run-1/d-1/none/g-1/0000000";
  private static final String PLAN = "tasks/e/sms-run-1/2/plan.json";

  private final List<String> violations = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-28T12:00:00Z");
  private final SentAgain books = new SentAgain(() -> now, violations::add);

  @Test
  void segment_putAgainAfterAPlanThatCouldKnowOfIt_isFound() {
    put(SEGMENT);
    pass(60);
    put(PLAN);
    pass(5);
    put(SEGMENT);

    assertThat(violations).singleElement().asString().contains(SEGMENT);
  }

  @Test
  void segment_putAgainWithoutSuchAPlan_isNone() {
    put(PLAN);
    pass(60);
    put(SEGMENT);
    pass(5);
    put(PLAN);
    put(SEGMENT);
    put(SEGMENT.replace("g-1", "g-2"));
    put("tasks/e/sms-run-2/1/plan.json");

    assertThat(violations).isEmpty();
  }

  private void put(String key) {
    Call call =
        new Call(
            "PUT",
            "/bucket/" + key,
            Map.of("authorization", List.of("AWS4 Credential=a/b/us-east-1/s3/aws4_request")));
    books.witness().passed(call, new byte[0], 200, new byte[0]);
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }
}
