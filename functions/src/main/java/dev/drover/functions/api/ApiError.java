package dev.drover.functions.api;

/** The errors that callers get, by their wire code and HTTP status. */
public enum ApiError {
  UNAUTHORIZED("UnauthorizedOperationException", 400),
  INVALID_PARAMETER("InvalidParameterException", 400),
  MISSING_PARAMETER("MissingRequiredParameterException", 400),
  NOT_PERMITTED("OperationNotPermittedException", 400),
  SERVER_CANNOT_BE_REPLICATED("ServerCannotBeReplicatedException", 400),
  JOB_ALREADY_EXISTS("ReplicationJobAlreadyExistsException", 400),
  JOB_NOT_FOUND("ReplicationJobNotFoundException", 400),
  NO_CONNECTORS("NoConnectorsAvailableException", 400),
  RUN_LIMIT_EXCEEDED("ReplicationRunLimitExceededException", 400),
  /** Java's clients know it as InternalErrorException, but only under this wire code. */
  INTERNAL("InternalError", 500),
  TEMPORARILY_UNAVAILABLE("TemporarilyUnavailableException", 500),
  /** Not in the model, but the habit of JSON 1.1. */
  UNKNOWN_OPERATION("UnknownOperationException", 400),
  /** Not in the model, but the habit of JSON 1.1. */
  SERIALIZATION("SerializationException", 400);

  private final String code;
  private final int status;

  ApiError(String code, int status) {
    this.code = code;
    this.status = status;
  }

  public String code() {
    return code;
  }

  public int status() {
    return status;
  }

  /** The error with what to say about it. */
  public ApiException because(String sentence) {
    return new ApiException(this, sentence);
  }
}
