package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.kernel.Line;
import java.time.Instant;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionRequest;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ListExecutionsRequest;
import software.amazon.awssdk.services.sfn.model.ListExecutionsResponse;
import software.amazon.awssdk.services.sfn.model.SendTaskFailureRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskFailureResponse;
import software.amazon.awssdk.services.sfn.model.SendTaskHeartbeatRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskHeartbeatResponse;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessResponse;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StartExecutionResponse;
import software.amazon.awssdk.services.sfn.model.StopExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StopExecutionResponse;

/** The SDK's client of a {@link StepFunctions}, for the threads of a process. */
public final class SimulatedSfnClient implements SfnClient {
  private final StepFunctions service;
  private final Line line;

  public SimulatedSfnClient(StepFunctions service, Line line) {
    this.service = service;
    this.line = line;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public StartExecutionResponse startExecution(StartExecutionRequest request) {
    String input = request.input() == null ? "{}" : request.input();
    Instant started =
        line.call(
            "states",
            "StartExecution",
            request.name(),
            () -> service.start(request.stateMachineArn(), request.name(), input));
    return StartExecutionResponse.builder()
        .executionArn(service.executionArn(request.name()))
        .startDate(started)
        .build();
  }

  @Override
  public DescribeExecutionResponse describeExecution(DescribeExecutionRequest request) {
    ExecutionSummary summary =
        line.call(
            "states",
            "DescribeExecution",
            request.executionArn(),
            () -> service.described(request.executionArn()));
    return DescribeExecutionResponse.builder()
        .executionArn(request.executionArn())
        .name(summary.name())
        .status(summary.status())
        .input(service.inputOfRunning(summary.name()))
        .startDate(summary.started())
        .stopDate(summary.ended())
        .build();
  }

  @Override
  public ListExecutionsResponse listExecutions(ListExecutionsRequest request) {
    return line.call("states", "ListExecutions", "", () -> service.list(request));
  }

  @Override
  public StopExecutionResponse stopExecution(StopExecutionRequest request) {
    Instant stopped =
        line.call(
            "states",
            "StopExecution",
            request.executionArn(),
            () -> service.stop(request.executionArn(), request.error(), request.cause()));
    return StopExecutionResponse.builder().stopDate(stopped).build();
  }

  @Override
  public SendTaskSuccessResponse sendTaskSuccess(SendTaskSuccessRequest request) {
    call(
        "SendTaskSuccess",
        request.taskToken(),
        () -> service.sendTaskSuccess(request.taskToken(), request.output()));
    return SendTaskSuccessResponse.builder().build();
  }

  @Override
  public SendTaskFailureResponse sendTaskFailure(SendTaskFailureRequest request) {
    call(
        "SendTaskFailure",
        request.taskToken(),
        () -> service.sendTaskFailure(request.taskToken(), request.error(), request.cause()));
    return SendTaskFailureResponse.builder().build();
  }

  @Override
  public SendTaskHeartbeatResponse sendTaskHeartbeat(SendTaskHeartbeatRequest request) {
    call(
        "SendTaskHeartbeat",
        request.taskToken(),
        () -> service.sendTaskHeartbeat(request.taskToken()));
    return SendTaskHeartbeatResponse.builder().build();
  }

  private void call(String operation, String about, Runnable action) {
    line.call(
        "states",
        operation,
        about,
        () -> {
          action.run();
          return true;
        });
  }
}
