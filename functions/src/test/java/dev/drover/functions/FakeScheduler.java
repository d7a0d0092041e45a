package dev.drover.functions;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleResponse;

/** Schedules by name, with their expressions. */
public final class FakeScheduler implements SchedulerClient {
  /** What stands. */
  public final Map<String, String> schedules = new TreeMap<>();

  /** What was due until then has fired and is gone. */
  void fireUntil(Instant now) {
    schedules.values().removeIf(expression -> !time(expression).isAfter(now));
  }

  private static Instant time(String expression) {
    return Instant.parse(expression.substring("at(".length(), expression.length() - 1) + "Z");
  }

  @Override
  public CreateScheduleResponse createSchedule(CreateScheduleRequest request) {
    if (schedules.putIfAbsent(request.name(), request.scheduleExpression()) != null) {
      throw ConflictException.builder().message(request.name()).build();
    }
    return CreateScheduleResponse.builder().build();
  }

  @Override
  public UpdateScheduleResponse updateSchedule(UpdateScheduleRequest request) {
    if (schedules.replace(request.name(), request.scheduleExpression()) == null) {
      throw ResourceNotFoundException.builder().message(request.name()).build();
    }
    return UpdateScheduleResponse.builder().build();
  }

  @Override
  public DeleteScheduleResponse deleteSchedule(DeleteScheduleRequest request) {
    if (schedules.remove(request.name()) == null) {
      throw ResourceNotFoundException.builder().message(request.name()).build();
    }
    return DeleteScheduleResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
