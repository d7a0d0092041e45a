package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The errors of SMS's model that only SMS's operations answer with. */
final class SmsErrors {
  static final ApiError SERVER_CANNOT_BE_REPLICATED = callers("ServerCannotBeReplicatedException");
  static final ApiError JOB_ALREADY_EXISTS = callers("ReplicationJobAlreadyExistsException");
  private static final ApiError NO_CONNECTORS = callers("NoConnectorsAvailableException");
  static final ApiError RUN_LIMIT_EXCEEDED = callers("ReplicationRunLimitExceededException");

  private SmsErrors() {}

  /** No connector can do it; with what troubles those that there are. */
  static ApiException noConnectors(String sentence, List<String> troubles) {
    return NO_CONNECTORS.because(
        Stream.concat(Stream.of(sentence), troubles.stream()).collect(Collectors.joining(" ")));
  }

  private static ApiError callers(String code) {
    return new ApiError(code, 400);
  }
}
