package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link RunSchedule} promises. */
public abstract class RunScheduleContract extends PortContract {
  private static final RunSchedule.Waking WAKING =
      new RunSchedule.Waking(
          "arn:aws:lambda:us-east-1:000000000000:function:StartRun:live",
          "arn:aws:iam::000000000000:role/schedule");

  /** Far enough ahead that none fires. */
  private final Instant tomorrow =
      Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);

  private final JobId job = new JobId("sms-job-" + unique());
  private final RunId run = new RunId("sms-run-" + unique());
  private final RunId next = new RunId("sms-run-" + unique());

  /** The schedules under test. */
  protected abstract RunSchedule schedule();

  /** When the run's schedule fires, if it stands. */
  protected abstract Optional<Instant> timeOf(JobId jobId, RunId runId);

  @Test
  void put_stands() {
    schedule().put(job, run, tomorrow, WAKING);

    assertThat(timeOf(job, run)).contains(tomorrow);
    assertThat(timeOf(job, next)).isEmpty();
  }

  @Test
  void put_partOfASecond_firesInTheNextAndNeverBefore() {
    schedule().put(job, run, tomorrow.plusMillis(250), WAKING);

    assertThat(timeOf(job, run)).contains(tomorrow.plusSeconds(1));
  }

  @Test
  void put_again_standsOnce() {
    schedule().put(job, run, tomorrow, WAKING);
    schedule().put(job, run, tomorrow, WAKING);

    assertThat(timeOf(job, run)).contains(tomorrow);
  }

  @Test
  void put_anotherTime_moves() {
    schedule().put(job, run, tomorrow, WAKING);
    schedule().put(job, run, tomorrow.plusSeconds(60), WAKING);

    assertThat(timeOf(job, run)).contains(tomorrow.plusSeconds(60));
  }

  @Test
  void delete_oneRun_leavesTheJobsNext() {
    schedule().put(job, run, tomorrow, WAKING);
    schedule().put(job, next, tomorrow, WAKING);

    schedule().delete(job, run);

    assertThat(timeOf(job, run)).isEmpty();
    assertThat(timeOf(job, next)).contains(tomorrow);
  }

  @Test
  void standing_givesWhatStandsByItsName() {
    schedule().put(job, run, tomorrow, WAKING);
    schedule().put(job, next, tomorrow, WAKING);
    schedule().delete(job, next);

    List<String> names = new ArrayList<>();
    String from = null;
    do {
      Listing<RunSchedule.Standing> part = schedule().standing(from);
      part.items().forEach(standing -> names.add(standing.name()));
      from = part.next();
    } while (from != null);

    assertThat(names).contains(job + "." + run).doesNotContain(job + "." + next);
  }

  @Test
  void delete_missing_isDeletedAlready() {
    assertThatCode(() -> schedule().delete(job, run)).doesNotThrowAnyException();
  }
}
