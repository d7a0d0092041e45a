package dev.drover.functions;

import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StartExecutionResponse;

/** Executions by name, with their inputs. */
public final class FakeStepFunctions implements SfnClient {
  /** What was started. */
  public final Map<String, String> executions = new LinkedHashMap<>();

  /** Whether the next start does not come through. */
  public boolean failsOnce;

  @Override
  public StartExecutionResponse startExecution(StartExecutionRequest request) {
    if (failsOnce) {
      failsOnce = false;
      throw SdkClientException.create("connection reset");
    }
    if (executions.putIfAbsent(request.name(), request.input()) != null) {
      throw ExecutionAlreadyExistsException.builder().message(request.name()).build();
    }
    return StartExecutionResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
