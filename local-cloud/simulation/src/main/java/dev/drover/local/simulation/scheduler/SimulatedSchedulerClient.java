package dev.drover.local.simulation.scheduler;

import dev.drover.local.simulation.kernel.Line;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.GetScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesRequest;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesResponse;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleResponse;

/** The SDK's client of the Scheduler, without its own retries. */
final class SimulatedSchedulerClient implements SchedulerClient {
  private static final String SCHEDULER = "scheduler";

  private final Line line;
  private final SchedulerService service;

  SimulatedSchedulerClient(Line line, SchedulerService service) {
    this.line = line;
    this.service = service;
  }

  @Override
  public CreateScheduleResponse createSchedule(CreateScheduleRequest request) {
    return line.call(
        SCHEDULER,
        "CreateSchedule",
        request.name() + " " + request.scheduleExpression(),
        () -> service.create(request));
  }

  @Override
  public UpdateScheduleResponse updateSchedule(UpdateScheduleRequest request) {
    return line.call(
        SCHEDULER,
        "UpdateSchedule",
        request.name() + " " + request.scheduleExpression(),
        () -> service.update(request));
  }

  @Override
  public GetScheduleResponse getSchedule(GetScheduleRequest request) {
    return line.call(SCHEDULER, "GetSchedule", request.name(), () -> service.get(request));
  }

  @Override
  public DeleteScheduleResponse deleteSchedule(DeleteScheduleRequest request) {
    return line.call(SCHEDULER, "DeleteSchedule", request.name(), () -> service.delete(request));
  }

  @Override
  public ListSchedulesResponse listSchedules(ListSchedulesRequest request) {
    return line.call(SCHEDULER, "ListSchedules", request.groupName(), () -> service.list(request));
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
