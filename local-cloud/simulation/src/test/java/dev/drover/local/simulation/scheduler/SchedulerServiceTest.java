package dev.drover.local.simulation.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.local.simulation.kernel.DirectLine;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindow;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/** The Scheduler's rules for one-time schedules. */
final class SchedulerServiceTest {
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  private static final Instant AT_ONE = Instant.parse("2026-11-23T01:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final FlexibleTimeWindow EXACTLY =
      FlexibleTimeWindow.builder().mode(FlexibleTimeWindowMode.OFF).build();
  private static final Target TARGET =
      Target.builder().arn("arn:lambda").roleArn("arn:role").input("{\"a\":1}").build();

  private final Simulation simulation = new Simulation(1, START, Trace.digested());
  private final List<Instant> firings = new ArrayList<>();

  private SchedulerService service(SchedulerSettings settings) {
    return new SchedulerService(
        simulation,
        settings,
        (target, input) -> {
          assertThat(target + input).isEqualTo("arn:lambda{\"a\":1}");
          firings.add(simulation.instant());
        });
  }

  private SchedulerClient client(SchedulerService service) {
    return service.client(new DirectLine(simulation));
  }

  private SchedulerClient client(SchedulerSettings settings) {
    return client(service(settings));
  }

  private static void create(SchedulerClient scheduler, String name, String time) {
    scheduler.createSchedule(
        schedule ->
            schedule
                .name(name)
                .scheduleExpression("at(" + time + ")")
                .flexibleTimeWindow(EXACTLY)
                .actionAfterCompletion(ActionAfterCompletion.DELETE)
                .target(TARGET));
  }

  private static void move(SchedulerClient scheduler, String name, String time) {
    scheduler.updateSchedule(
        schedule ->
            schedule
                .name(name)
                .scheduleExpression("at(" + time + ")")
                .flexibleTimeWindow(EXACTLY)
                .actionAfterCompletion(ActionAfterCompletion.DELETE)
                .target(TARGET));
  }

  @Test
  void schedule_firesOnceWithinAMinuteAndIsDeleted() {
    SchedulerService service = service(SchedulerSettings.AWS);
    create(client(service), "run", "2026-11-23T01:00:00");

    simulation.runUntil(AT_ONE.plus(MINUTE));
    assertThat(firings).hasSize(1);
    assertThat(firings.getFirst()).isBetween(AT_ONE, AT_ONE.plus(MINUTE));

    simulation.runUntil(AT_ONE.plus(MINUTE).plus(MINUTE));
    assertThat(service.standing()).isEmpty();
    assertThat(firings).hasSize(1);
  }

  @Test
  void schedule_withFault_firesTwice() {
    create(client(SchedulerSettings.AWS.withFiringTwice(1)), "run", "2026-11-23T01:00:00");

    simulation.runUntil(START.plus(Duration.ofDays(1)));

    assertThat(firings).hasSize(2);
  }

  @Test
  void create_nameThatStands_isAConflict() {
    SchedulerClient scheduler = client(SchedulerSettings.AWS);
    create(scheduler, "run", "2026-11-23T01:00:00");

    assertThatThrownBy(() -> create(scheduler, "run", "2026-11-23T01:00:00"))
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void create_noTimeOrNoGroup_isRefused() {
    SchedulerClient scheduler = client(SchedulerSettings.AWS);

    assertThatThrownBy(() -> create(scheduler, "run", "tomorrow"))
        .isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> scheduler.deleteSchedule(run -> run.groupName("Nobody").name("run")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void create_moreThanTheAccountMayHave_isRefused() {
    SchedulerClient scheduler = client(SchedulerSettings.AWS.withSchedules(1));
    create(scheduler, "one", "2026-11-23T01:00:00");

    assertThatThrownBy(() -> create(scheduler, "two", "2026-11-23T01:00:00"))
        .isInstanceOf(ServiceQuotaExceededException.class);
  }

  @Test
  void update_moves() {
    SchedulerClient scheduler = client(SchedulerSettings.AWS);
    create(scheduler, "run", "2026-11-23T01:00:00");
    move(scheduler, "run", "2026-11-23T02:00:00");

    assertThat(scheduler.getSchedule(run -> run.name("run")).scheduleExpression())
        .isEqualTo("at(2026-11-23T02:00:00)");
    simulation.runUntil(START.plus(Duration.ofDays(1)));
    assertThat(firings).singleElement().matches(time -> !time.isBefore(AT_ONE.plusSeconds(3_600)));
  }

  @Test
  void delete_neverFires() {
    SchedulerClient scheduler = client(SchedulerSettings.AWS);
    create(scheduler, "run", "2026-11-23T01:00:00");

    scheduler.deleteSchedule(run -> run.name("run"));

    assertThatThrownBy(() -> move(scheduler, "run", "2026-11-23T01:00:00"))
        .isInstanceOf(ResourceNotFoundException.class);
    simulation.runUntil(START.plus(Duration.ofDays(1)));
    assertThat(firings).isEmpty();
  }

  @Test
  void schedule_movedAfterItFired_goesWithItsFirstTime() {
    SchedulerService service = service(SchedulerSettings.AWS);
    SchedulerClient scheduler = client(service);
    create(scheduler, "run", "2026-11-23T01:00:00");
    while (firings.isEmpty()) {
      simulation.runUntil(simulation.instant().plusMillis(1));
    }
    move(scheduler, "run", "2026-11-23T05:00:00");

    simulation.runUntil(START.plus(Duration.ofDays(1)));

    assertThat(service.standing()).isEmpty();
    assertThat(firings).hasSize(1);
  }

  @Test
  void schedule_createdAgainAfterItFired_fires() {
    SchedulerClient scheduler = client(SchedulerSettings.AWS);
    create(scheduler, "run", "2026-11-23T01:00:00");
    while (firings.isEmpty()) {
      simulation.runUntil(simulation.instant().plusMillis(1));
    }
    scheduler.deleteSchedule(run -> run.name("run"));
    create(scheduler, "run", "2026-11-23T05:00:00");

    simulation.runUntil(START.plus(Duration.ofDays(1)));

    assertThat(firings).hasSize(2);
  }

  @Test
  void create_timeThatIsPast_firesAtOnceOrNever() {
    create(client(SchedulerSettings.AWS), "run", "2026-11-22T23:00:00");
    simulation.runUntil(START.plus(MINUTE));
    assertThat(firings).hasSize(1);

    create(client(SchedulerSettings.AWS.withoutFiringPast()), "run", "2026-11-22T23:00:00");
    simulation.runUntil(START.plus(Duration.ofDays(1)));
    assertThat(firings).hasSize(1);
  }
}
