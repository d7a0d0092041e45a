package dev.drover.functions.aws;

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

/** Schedules by name: what they were last put with. */
final class FakeScheduler implements SchedulerClient {
  final Map<String, CreateScheduleRequest> created = new TreeMap<>();
  final Map<String, UpdateScheduleRequest> updated = new TreeMap<>();

  @Override
  public CreateScheduleResponse createSchedule(CreateScheduleRequest request) {
    if (created.putIfAbsent(request.name(), request) != null) {
      throw ConflictException.builder().message(request.name()).build();
    }
    return CreateScheduleResponse.builder().build();
  }

  @Override
  public UpdateScheduleResponse updateSchedule(UpdateScheduleRequest request) {
    if (!created.containsKey(request.name())) {
      throw ResourceNotFoundException.builder().message(request.name()).build();
    }
    updated.put(request.name(), request);
    return UpdateScheduleResponse.builder().build();
  }

  @Override
  public DeleteScheduleResponse deleteSchedule(DeleteScheduleRequest request) {
    if (created.remove(request.name()) == null) {
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
