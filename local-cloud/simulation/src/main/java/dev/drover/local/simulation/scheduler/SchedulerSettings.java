package dev.drover.local.simulation.scheduler;

import java.time.Duration;

/**
 * How the Scheduler behaves.
 *
 * @param firesWithin how late a schedule fires at most
 * @param deletesWithin how long one that fired and is to be deleted stays at most
 * @param firesTwice how likely a schedule fires a second time: it invokes at least once
 * @param firesPast whether one whose time is past fires at once, or never: AWS does not say
 * @param schedules how many there can be
 */
public record SchedulerSettings(
    Duration firesWithin,
    Duration deletesWithin,
    double firesTwice,
    boolean firesPast,
    int schedules) {
  /**
   * AWS's precision and quota; nothing fires twice.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">Schedule
   *     types</a>
   */
  public static final SchedulerSettings AWS =
      new SchedulerSettings(Duration.ofSeconds(60), Duration.ofSeconds(60), 0, true, 1_000_000);

  /** The same, with schedules that fire twice. */
  public SchedulerSettings withFiringTwice(double chance) {
    return new SchedulerSettings(firesWithin, deletesWithin, chance, firesPast, schedules);
  }

  /** The same; what is past when it is put never fires. */
  public SchedulerSettings withoutFiringPast() {
    return new SchedulerSettings(firesWithin, deletesWithin, firesTwice, false, schedules);
  }

  /** The same with another quota. */
  public SchedulerSettings withSchedules(int most) {
    return new SchedulerSettings(firesWithin, deletesWithin, firesTwice, firesPast, most);
  }
}
