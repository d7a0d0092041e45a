package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;

/** The errors of SMS's model that only SMS's operations answer with. */
final class SmsErrors {
  static final ApiError MISSING_PARAMETER = callers("MissingRequiredParameterException");
  static final ApiError NOT_PERMITTED = callers("OperationNotPermittedException");
  static final ApiError SERVER_CANNOT_BE_REPLICATED = callers("ServerCannotBeReplicatedException");
  static final ApiError JOB_ALREADY_EXISTS = callers("ReplicationJobAlreadyExistsException");
  static final ApiError JOB_NOT_FOUND = callers("ReplicationJobNotFoundException");
  static final ApiError NO_CONNECTORS = callers("NoConnectorsAvailableException");
  static final ApiError RUN_LIMIT_EXCEEDED = callers("ReplicationRunLimitExceededException");

  private SmsErrors() {}

  private static ApiError callers(String code) {
    return new ApiError(code, 400);
  }
}
