package dev.drover.local.simulation.aws;

import dev.drover.local.simulation.fault.CallFaults;
import dev.drover.local.simulation.fault.Link;
import dev.drover.local.simulation.fault.Outages;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A caller's way to the services, with the SDK's own retries on it: what is throttled, fails with a
 * 5xx or gets no answer is tried again after a growing pause.
 */
public final class ServiceLine implements Line {
  private static final int FIRST_SERVER_ERROR = 500;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final Simulation simulation;
  private final String caller;
  private final CallFaults faults;
  private final Surroundings surroundings;
  private final int attempts;
  private final Runnable death;

  /** What a line leads through. */
  public record Surroundings(Outages outages, Link link, Meter meter) {}

  /**
   * A line.
   *
   * @param attempts so often a call is tried
   * @param death what happens when the caller's time has come
   */
  public ServiceLine(
      Simulation simulation,
      String caller,
      CallFaults faults,
      Surroundings surroundings,
      int attempts,
      Runnable death) {
    this.simulation = simulation;
    this.caller = caller;
    this.faults = faults;
    this.surroundings = surroundings;
    this.attempts = attempts;
    this.death = death;
  }

  @Override
  public <T> T call(String service, String operation, String about, Supplier<T> action) {
    for (int attempt = 1; ; attempt++) {
      try {
        T answer = once(service, operation, about, action);
        if (simulation.trace().isWanted()) {
          simulation.trace().line(caller, service + " " + operation + " " + about);
        }
        return answer;
      } catch (SdkException e) {
        simulation
            .trace()
            .line(caller, service + " " + operation + " " + about + " ✗ " + e.getMessage());
        if (attempt == attempts || !isRetryable(e)) {
          throw e;
        }
        simulation.sleep(FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, 8)));
      }
    }
  }

  private <T> T once(String service, String operation, String about, Supplier<T> action) {
    CallFaults.Fate fate = fate(service);
    simulation.sleep(faults.latency());
    if (faults.killsFunction()) {
      simulation.trace().line(caller, "dies in " + service + " " + operation + " " + about);
      death.run();
      // Whoever was killed never comes back from here; who cannot be killed goes on.
      simulation.sleep(Duration.ofMillis(1));
    }
    switch (fate) {
      case REQUEST_LOST -> throw silence(operation);
      case THROTTLED -> throw throttled(operation);
      case ANSWERED, ANSWER_LOST -> {}
    }
    surroundings.meter().called(service, operation, about);
    T answer = action.get();
    if (fate == CallFaults.Fate.ANSWER_LOST) {
      throw silence(operation);
    }
    return answer;
  }

  private CallFaults.Fate fate(String service) {
    if (surroundings.link().isDown()) {
      return CallFaults.Fate.REQUEST_LOST;
    }
    return surroundings.outages().isDown(service) ? CallFaults.Fate.THROTTLED : faults.fate();
  }

  private SdkClientException silence(String operation) {
    simulation.sleep(faults.silence());
    return SdkClientException.create("Unable to execute HTTP request: " + operation + " timed out");
  }

  private static AwsServiceException throttled(String operation) {
    String message = "Rate exceeded for " + operation;
    return AwsServiceException.builder()
        .statusCode(503)
        .message(message)
        .awsErrorDetails(
            AwsErrorDetails.builder().errorCode("SlowDown").errorMessage(message).build())
        .build();
  }

  private static boolean isRetryable(SdkException e) {
    return switch (e) {
      case AwsServiceException service ->
          service.isThrottlingException() || service.statusCode() >= FIRST_SERVER_ERROR;
      case SdkClientException client -> true;
      default -> e.retryable();
    };
  }
}
