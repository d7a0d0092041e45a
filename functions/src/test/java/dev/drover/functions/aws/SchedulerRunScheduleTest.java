package dev.drover.functions.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.RunSchedule;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Instant;
import java.util.Objects;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;

/** What EventBridge Scheduler is asked for. */
final class SchedulerRunScheduleTest {
  private static final JobId JOB = new JobId("sms-job-0000000a");
  private static final RunId RUN = new RunId("sms-run-0000000b");
  private static final String NAME = "sms-job-0000000a.sms-run-0000000b";
  private static final RunSchedule.Waking WAKING =
      new RunSchedule.Waking("arn:aws:lambda:::function:StartRun:live", "arn:aws:iam:::role/s");

  private final FakeScheduler scheduler = new FakeScheduler();
  private final RunSchedule schedule = new SchedulerRunSchedule(scheduler, "Drover");

  private void put(String time) {
    schedule.put(JOB, RUN, Instant.parse(time), WAKING);
  }

  private CreateScheduleRequest created() {
    return Objects.requireNonNull(scheduler.created.get(NAME));
  }

  @Test
  void put_asksForOneFiringInWholeSecondsNeverBeforeTheTime() {
    put("2026-11-23T15:00:00.250Z");

    assertThat(created().scheduleExpression()).isEqualTo("at(2026-11-23T15:00:01)");
    assertThat(created().groupName()).isEqualTo("Drover");
    assertThat(created().actionAfterCompletion()).isEqualTo(ActionAfterCompletion.DELETE);
    assertThat(created().target().arn()).isEqualTo(WAKING.startRunArn());
    assertThat(created().target().roleArn()).isEqualTo(WAKING.roleArn());
    assertThat(created().target().input())
        .isEqualTo("{\"version\":1,\"jobId\":\"sms-job-0000000a\"}");
  }

  @Test
  void put_wholeSecond_isThatSecond() {
    put("2026-11-23T17:00:01Z");

    assertThat(created().scheduleExpression()).isEqualTo("at(2026-11-23T17:00:01)");
  }

  /** The hour that comes twice at summer's end is two hours here, whatever zone the JVM is in. */
  @Test
  void put_isInUtcInEveryZone() {
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
      put("2026-10-25T00:30:00Z");
      assertThat(created().scheduleExpression()).isEqualTo("at(2026-10-25T00:30:00)");
      assertThat(created().scheduleExpressionTimezone()).isEqualTo("UTC");
      put("2026-10-25T01:30:00Z");
      assertThat(Objects.requireNonNull(scheduler.updated.get(NAME)).scheduleExpression())
          .isEqualTo("at(2026-10-25T01:30:00)");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void put_standsAlready_isMovedAndStillGoesWhenItFired() {
    put("2026-11-23T15:00:00Z");
    put("2026-11-23T16:00:00Z");

    UpdateScheduleRequest moved = Objects.requireNonNull(scheduler.updated.get(NAME));
    assertThat(moved.scheduleExpression()).isEqualTo("at(2026-11-23T16:00:00)");
    assertThat(moved.actionAfterCompletion()).isEqualTo(ActionAfterCompletion.DELETE);
  }
}
