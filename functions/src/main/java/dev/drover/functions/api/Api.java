package dev.drover.functions.api;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Answers a call: finds its operation by {@code X-Amz-Target}, and turns every failure into one of
 * ours.
 */
public final class Api {
  private final Map<String, Operation> operationsByTarget;
  private final String titles;
  private final InstantSource clock;
  private final EventLog log;

  public Api(List<Service> services, InstantSource clock, EventLog log) {
    this.operationsByTarget = operationsByTarget(services);
    this.titles = services.stream().map(Service::title).collect(Collectors.joining(" or "));
    this.clock = clock;
    this.log = log;
  }

  private static Map<String, Operation> operationsByTarget(List<Service> services) {
    return services.stream()
        .flatMap(Api::targets)
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Stream<Map.Entry<String, Operation>> targets(Service service) {
    return service.operations().entrySet().stream()
        .map(named -> Map.entry(service.targetPrefix() + named.getKey(), named.getValue()));
  }

  public ApiResponse answer(ApiRequest request) {
    Instant began = clock.instant();
    try {
      ApiResponse response = ApiResponse.success(request.requestId(), call(request));
      log.event("api-call", logFields(request, "OK", began));
      return response;
    } catch (ApiException e) {
      log.event("api-call", logFields(request, e.code() + ": " + e.sentence(), began));
      return failure(request, e);
    } catch (TransientException e) {
      log.failure("api-call", logFields(request, "transient", began), e);
      return failure(request, unavailable(request));
    } catch (RuntimeException e) {
      log.failure("api-call", logFields(request, "defect", began), e);
      return failure(request, internal(request));
    }
  }

  private String call(ApiRequest request) {
    String target = request.target().orElse("");
    Operation operation = operationsByTarget.get(target);
    if (operation == null) {
      throw ApiError.UNKNOWN_OPERATION.because(
          "The header X-Amz-Target names no operation of " + titles + ".");
    }
    String name = target.substring(target.lastIndexOf('.') + 1);
    return operation.call(request.body(), Authorization.authorize(name, request));
  }

  private static ApiException unavailable(ApiRequest request) {
    return ApiError.TEMPORARILY_UNAVAILABLE.because(
        "The call could not be carried out now, try again. Request id: "
            + request.requestId()
            + ".");
  }

  private static ApiException internal(ApiRequest request) {
    return ApiError.INTERNAL.because(
        "The call failed for a reason that is not the caller's; the function's log has it under"
            + " request id "
            + request.requestId()
            + ".");
  }

  private static ApiResponse failure(ApiRequest request, ApiException e) {
    return ApiResponse.failure(request.requestId(), e);
  }

  private Map<String, Object> logFields(ApiRequest request, String outcome, Instant began) {
    return Map.of(
        "target", request.target().orElse("none"),
        "caller", String.valueOf(request.callerArn()),
        "requestId", request.requestId(),
        "outcome", outcome,
        "millis", Duration.between(began, clock.instant()).toMillis());
  }
}
