package dev.drover.functions.aws;

import static dev.drover.functions.aws.SdkErrors.translated;

import dev.drover.functions.account.Listing;
import dev.drover.functions.account.RunSchedule;
import dev.drover.functions.account.TransientException;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.MessageJson;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindow;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesResponse;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.RetryPolicy;
import software.amazon.awssdk.services.scheduler.model.Target;

/**
 * {@link RunSchedule} over EventBridge Scheduler: one schedule a run, {@code <job>.<run>}.
 *
 * <p>The name carries the run, because a schedule that fired is deleted by the Scheduler at a time
 * of its own: one name for all runs of a job would let it delete the one that was just put for the
 * next.
 */
public final class SchedulerRunSchedule implements RunSchedule {
  /** Retried for half of the shortest frequency; after that the next run is near. */
  private static final int RETRY_FOR_SECONDS = 1_800;

  private static final int MAX_RETRIES = 30;

  /** The most that the Scheduler lists at once. */
  private static final int PART = 100;

  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("'at('uuuu-MM-dd'T'HH:mm:ss')'").withZone(ZoneOffset.UTC);

  private final SchedulerClient scheduler;
  private final String group;

  public SchedulerRunSchedule(SchedulerClient scheduler, String group) {
    this.scheduler = scheduler;
    this.group = group;
  }

  @Override
  public void put(JobId jobId, RunId runId, Instant time, Waking waking) {
    String expression = expression(time);
    Target target = target(jobId, waking);
    translated(() -> put(name(jobId, runId), expression, target));
  }

  private void put(String name, String expression, Target target) {
    try {
      scheduler.createSchedule(
          create ->
              create
                  .groupName(group)
                  .name(name)
                  .scheduleExpression(expression)
                  .scheduleExpressionTimezone("UTC")
                  .flexibleTimeWindow(exactly())
                  .actionAfterCompletion(ActionAfterCompletion.DELETE)
                  .target(target));
    } catch (ConflictException e) {
      move(name, expression, target);
    }
  }

  private void move(String name, String expression, Target target) {
    try {
      scheduler.updateSchedule(
          update ->
              update
                  .groupName(group)
                  .name(name)
                  .scheduleExpression(expression)
                  .scheduleExpressionTimezone("UTC")
                  .flexibleTimeWindow(exactly())
                  .actionAfterCompletion(ActionAfterCompletion.DELETE)
                  .target(target));
    } catch (ResourceNotFoundException e) {
      throw new TransientException("the schedule " + name + " went while it was put", e);
    }
  }

  @Override
  public void delete(JobId jobId, RunId runId) {
    translated(() -> delete(name(jobId, runId)));
  }

  private void delete(String name) {
    try {
      scheduler.deleteSchedule(delete -> delete.groupName(group).name(name));
    } catch (ResourceNotFoundException e) {
      // Fired or deleted before: what was asked for.
    }
  }

  @Override
  public Listing<Standing> standing(@Nullable String next) {
    ListSchedulesResponse part =
        translated(
            () ->
                scheduler.listSchedules(
                    list -> list.groupName(group).maxResults(PART).nextToken(next)));
    return new Listing<>(
        part.schedules().stream()
            .map(schedule -> new Standing(schedule.name(), schedule.creationDate()))
            .toList(),
        part.nextToken());
  }

  private static String name(JobId jobId, RunId runId) {
    return jobId + "." + runId;
  }

  /** Never before the time: a schedule has whole seconds. */
  private static String expression(Instant time) {
    Instant second = time.truncatedTo(ChronoUnit.SECONDS);
    return AT.format(second.equals(time) ? second : second.plusSeconds(1));
  }

  private static FlexibleTimeWindow exactly() {
    return FlexibleTimeWindow.builder().mode(FlexibleTimeWindowMode.OFF).build();
  }

  /** What StartRun is told. */
  private record Input(int version, JobId jobId) {}

  private static Target target(JobId jobId, Waking waking) {
    return Target.builder()
        .arn(waking.startRunArn())
        .roleArn(waking.roleArn())
        .input(MessageJson.writeText(new Input(MessageJson.VERSION, jobId)))
        .retryPolicy(
            RetryPolicy.builder()
                .maximumEventAgeInSeconds(RETRY_FOR_SECONDS)
                .maximumRetryAttempts(MAX_RETRIES)
                .build())
        .build();
  }
}
