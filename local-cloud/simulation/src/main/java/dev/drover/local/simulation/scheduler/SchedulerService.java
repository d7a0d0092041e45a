package dev.drover.local.simulation.scheduler;

import dev.drover.local.simulation.kernel.Ascending;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindow;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.GetScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesRequest;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleResponse;

/**
 * EventBridge Scheduler: one-time schedules in UTC and without a flexible window, which are all
 * that the functions put. A schedule fires within a minute from its time; one that is to be deleted
 * then stays a while, and goes even when it was moved in between, but not when it was deleted and
 * created again. AWS says of this only that it is deleted after its last invocation.
 */
public final class SchedulerService {
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("'at('uuuu-MM-dd'T'HH:mm:ss')'");
  private static final String NAME = "[0-9a-zA-Z_.-]{1,64}";
  private static final String DEFAULT_GROUP = "default";
  private static final int MAX_LISTED = 100;

  private final Simulation simulation;
  private final SchedulerSettings settings;
  private final FiringListener listener;
  private final RandomGenerator random;
  private final Set<String> groups = new HashSet<>(Set.of(DEFAULT_GROUP));
  private final NavigableMap<String, Schedule> schedules = new TreeMap<>();
  private final SortedMap<String, Long> calls = new TreeMap<>();
  private long created;
  private long firings;

  /** A schedule under its name; replaced when it is moved, and then it keeps its number. */
  private record Schedule(
      long number,
      Instant created,
      Instant time,
      String expression,
      Target target,
      ActionAfterCompletion afterCompletion,
      Simulation.@Nullable Appointment firing) {
    void cancel() {
      if (firing != null) {
        firing.cancel();
      }
    }
  }

  /** No schedule, and no group but {@code default}. */
  public SchedulerService(
      Simulation simulation, SchedulerSettings settings, FiringListener listener) {
    this.simulation = simulation;
    this.settings = settings;
    this.listener = listener;
    this.random = simulation.newRandom();
  }

  /** A process's client. */
  public SchedulerClient client(Line line) {
    return new SimulatedSchedulerClient(line, this);
  }

  /** Adds a group of schedules. */
  public void addGroup(String name) {
    groups.add(name);
  }

  /** The time of each schedule that stands, by {@code group/name}; one that fired may still. */
  public SortedMap<String, Instant> standing() {
    SortedMap<String, Instant> times = new TreeMap<>();
    schedules.forEach((key, schedule) -> times.put(key, schedule.time));
    return times;
  }

  /** Calls that arrived, by operation. */
  public SortedMap<String, Long> calls() {
    return Collections.unmodifiableSortedMap(calls);
  }

  /** How often a schedule fired. */
  public long firings() {
    return firings;
  }

  CreateScheduleResponse create(CreateScheduleRequest request) {
    called("CreateSchedule");
    String key = key(request.groupName(), request.name());
    Instant time = time(request.scheduleExpression(), request.scheduleExpressionTimezone());
    requireExact(request.flexibleTimeWindow());
    if (schedules.containsKey(key)) {
      throw SchedulerRefusal.conflict(request.name());
    }
    if (schedules.size() >= settings.schedules()) {
      throw SchedulerRefusal.tooMany(settings.schedules());
    }
    created++;
    put(
        created,
        simulation.instant(),
        key,
        time,
        request.scheduleExpression(),
        request.target(),
        request.actionAfterCompletion());
    return CreateScheduleResponse.builder().scheduleArn(arn(key)).build();
  }

  UpdateScheduleResponse update(UpdateScheduleRequest request) {
    called("UpdateSchedule");
    String key = key(request.groupName(), request.name());
    Instant time = time(request.scheduleExpression(), request.scheduleExpressionTimezone());
    requireExact(request.flexibleTimeWindow());
    Schedule schedule = existing(key);
    schedule.cancel();
    put(
        schedule.number,
        schedule.created,
        key,
        time,
        request.scheduleExpression(),
        request.target(),
        request.actionAfterCompletion());
    return UpdateScheduleResponse.builder().scheduleArn(arn(key)).build();
  }

  GetScheduleResponse get(GetScheduleRequest request) {
    called("GetSchedule");
    String key = key(request.groupName(), request.name());
    Schedule schedule = existing(key);
    return GetScheduleResponse.builder()
        .arn(arn(key))
        .groupName(request.groupName())
        .name(request.name())
        .scheduleExpression(schedule.expression)
        .scheduleExpressionTimezone("UTC")
        .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
        .actionAfterCompletion(schedule.afterCompletion)
        .target(schedule.target)
        .build();
  }

  /** A part of a group, by name; its token names its last schedule. */
  ListSchedulesResponse list(ListSchedulesRequest request) {
    called("ListSchedules");
    String prefix = request.groupName() + "/";
    String after = Objects.requireNonNullElse(request.nextToken(), prefix);
    int most = Objects.requireNonNullElse(request.maxResults(), MAX_LISTED);
    Ascending.Page<Map.Entry<String, Schedule>> page =
        Ascending.page(
            Ascending.after(schedules, after).takeWhile(entry -> entry.getKey().startsWith(prefix)),
            most);
    return ListSchedulesResponse.builder()
        .schedules(page.items().stream().map(entry -> summary(prefix, entry)).toList())
        .nextToken(page.next(Map.Entry::getKey))
        .build();
  }

  private static ScheduleSummary summary(String prefix, Map.Entry<String, Schedule> entry) {
    return ScheduleSummary.builder()
        .name(entry.getKey().substring(prefix.length()))
        .creationDate(entry.getValue().created)
        .build();
  }

  DeleteScheduleResponse delete(DeleteScheduleRequest request) {
    called("DeleteSchedule");
    String key = key(request.groupName(), request.name());
    existing(key).cancel();
    schedules.remove(key);
    return DeleteScheduleResponse.builder().build();
  }

  private void called(String operation) {
    calls.merge(operation, 1L, Long::sum);
  }

  private String key(@Nullable String groupName, @Nullable String name) {
    String group = Objects.requireNonNullElse(groupName, DEFAULT_GROUP);
    if (name == null || !name.matches(NAME)) {
      throw SchedulerRefusal.invalid("Not a schedule's name: " + name);
    }
    if (!groups.contains(group)) {
      throw SchedulerRefusal.notFound("Schedule group " + group);
    }
    return group + "/" + name;
  }

  private Schedule existing(String key) {
    return Optional.ofNullable(schedules.get(key))
        .orElseThrow(() -> SchedulerRefusal.notFound("Schedule " + key));
  }

  private static String arn(String key) {
    return "arn:aws:scheduler:us-east-1:000000000000:schedule/" + key;
  }

  private static Instant time(String expression, @Nullable String zone) {
    if (zone != null && !zone.equals("UTC")) {
      throw new UnsupportedOperationException("schedules in " + zone);
    }
    try {
      return LocalDateTime.parse(expression, AT).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw SchedulerRefusal.invalid("Invalid Schedule Expression " + expression + ".");
    }
  }

  private static void requireExact(@Nullable FlexibleTimeWindow window) {
    if (window == null || window.mode() != FlexibleTimeWindowMode.OFF) {
      throw new UnsupportedOperationException("flexible windows");
    }
  }

  private void put(
      long number,
      Instant since,
      String key,
      Instant time,
      String expression,
      Target target,
      @Nullable ActionAfterCompletion afterCompletion) {
    Instant now = simulation.instant();
    boolean fires = settings.firesPast() || !time.isBefore(now);
    Instant due = (time.isBefore(now) ? now : time).plus(drawn(settings.firesWithin()));
    Schedule schedule =
        new Schedule(
            number,
            since,
            time,
            expression,
            target,
            Objects.requireNonNullElse(afterCompletion, ActionAfterCompletion.NONE),
            fires ? simulation.at(due, () -> fire(key)) : null);
    schedules.put(key, schedule);
  }

  private Duration drawn(Duration most) {
    return Duration.ofMillis(random.nextLong(most.toMillis() + 1));
  }

  private void fire(String key) {
    Schedule schedule = existing(key);
    invoke(key, schedule.target);
    if (random.nextDouble() < settings.firesTwice()) {
      simulation.after(drawn(settings.firesWithin()), () -> invoke(key, schedule.target));
    }
    if (schedule.afterCompletion == ActionAfterCompletion.DELETE) {
      simulation.after(drawn(settings.deletesWithin()), () -> deleteFired(key, schedule.number));
    }
  }

  private void invoke(String key, Target target) {
    firings++;
    simulation.trace().line("scheduler", key + " fires");
    listener.fired(target.arn(), Objects.requireNonNullElse(target.input(), "{}"));
  }

  private void deleteFired(String key, long number) {
    Schedule schedule = schedules.get(key);
    if (schedule != null && schedule.number == number) {
      schedule.cancel();
      schedules.remove(key);
    }
  }
}
