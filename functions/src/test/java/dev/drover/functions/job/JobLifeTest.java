package dev.drover.functions.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A job's 90 days: its runs are so many hours apart whatever clocks do, none is lost and none is
 * double. The same with connectors and real handlers is the simulation's JobLifeTest.
 */
final class JobLifeTest {
  /** Whose summer time, which pauses in Ramadan, ends within the 90 days: on 7 February 2027. */
  private static final String ZONE = "Africa/Casablanca";

  private static final int SIX_HOURS = 6;

  private final TimeZone before = TimeZone.getDefault();
  private final World world = World.withServer();

  @BeforeEach
  void travel() {
    TimeZone.setDefault(TimeZone.getTimeZone(ZONE));
  }

  @AfterEach
  void comeHome() {
    TimeZone.setDefault(before);
  }

  private Instant fires() {
    assertThat(world.schedule.standing).hasSize(1);
    return world.schedule.standing.values().iterator().next();
  }

  /** The only schedule fires, and the Scheduler's clock is right. */
  private void fire(Job job) {
    world.pass(Duration.between(world.instant(), fires()));
    world.see(World.CONNECTOR);
    world.starter.advance(job.id(), world.instant().plus(StartRunHandler.SCHEDULER_PRECISION));
  }

  private List<Instant> starts(Job job) {
    return world.runs(job.id()).stream().map(Run::scheduledStartTime).toList();
  }

  @Test
  void runs_ofNinetyDaysWithDaylightSavingInBetween_areOneEachSixHours() {
    ZoneOffsetTransition change = ZoneId.of(ZONE).getRules().nextTransition(World.START);
    assertThat(change.getInstant()).isBetween(World.START, World.START.plus(JobEnd.LIFETIME));
    Instant first = World.START.plus(Duration.ofHours(1));
    JobCreation.Outcome made =
        world.creation.create(
            new JobCreation.Wish(
                World.SERVER,
                first,
                SIX_HOURS,
                false,
                new Job.Settings(null, null, null, null, false, null),
                null));
    Job job = world.job(((JobCreation.Outcome.Created) made).jobId());

    while (world.job(job.id()).state() != Job.State.DELETED) {
      fire(job);
      if (world.job(job.id()).history().activeRunId() != null) {
        world.publish(job.id(), "ami-1");
      }
    }

    Instant end = first.plus(JobEnd.LIFETIME);
    assertThat(starts(job))
        .containsExactlyElementsOf(
            Stream.iterate(first, end::isAfter, time -> time.plus(Duration.ofHours(SIX_HOURS)))
                .toList());
    assertThat(world.runs(job.id())).extracting(Run::state).containsOnly(Run.State.COMPLETED);
    assertThat(world.schedule.standing).isEmpty();
  }

  /** Back: the same hour comes twice, and what ran in it does not run again. */
  @Test
  void runs_clockGoesBackAfterARun_areNotRepeated() {
    Job job = world.hourlyJob(Duration.ofHours(1));
    fire(job);
    world.publish(job.id(), "ami-1");
    Instant next = fires();

    world.pass(Duration.ofMinutes(-70));
    world.see(World.CONNECTOR);
    world.starter.advanceAll(world.instant());
    world.pass(Duration.ofMinutes(70));
    world.starter.advanceAll(world.instant());

    assertThat(starts(job)).hasSize(1);
    assertThat(fires()).isEqualTo(next);
  }

  /** The function's clock is behind the Scheduler's: the schedule is put again, and fires again. */
  @Test
  void runs_scheduleFiresBeforeItsTimeByTheFunctionsClock_areNotLost() {
    Job job = world.hourlyJob(Duration.ofHours(1));
    Instant due = fires();
    world.pass(Duration.ofMinutes(50));
    world.schedule.standing.clear();
    world.see(World.CONNECTOR);

    world.starter.advance(job.id(), world.instant().plus(StartRunHandler.SCHEDULER_PRECISION));

    assertThat(starts(job)).isEmpty();
    assertThat(fires()).isEqualTo(due);
    fire(job);
    assertThat(starts(job)).containsExactly(World.START.plus(Duration.ofHours(1)));
  }

  /** Forward, or nobody was there: one run makes up for those that were left out. */
  @Test
  void runs_clockGoesForward_areMadeUpForByOneAndKeepTheirRhythm() {
    Job job = world.hourlyJob(Duration.ofHours(1));
    world.pass(Duration.ofMinutes(150));
    world.see(World.CONNECTOR);

    world.starter.advanceAll(world.instant());

    assertThat(starts(job)).hasSize(1);
    assertThat(Objects.requireNonNull(world.job(job.id()).schedule().next()).time())
        .isEqualTo(World.START.plus(Duration.ofHours(3)));
  }
}
