package dev.drover.functions.api;

import dev.drover.protocol.Shortened;

/**
 * An error that callers get, by its code on the wire and its HTTP status. Here are those that any
 * service may answer with; a service's own stand beside its operations.
 */
public record ApiError(String code, int status) {
  private static final int MAX_SHOWN_CHARS = 60;

  public static final ApiError UNAUTHORIZED = new ApiError("UnauthorizedOperationException", 400);
  public static final ApiError INVALID_PARAMETER = new ApiError("InvalidParameterException", 400);
  public static final ApiError MISSING_PARAMETER =
      new ApiError("MissingRequiredParameterException", 400);
  public static final ApiError NOT_PERMITTED = new ApiError("OperationNotPermittedException", 400);
  public static final ApiError JOB_NOT_FOUND = new ApiError("ReplicationJobNotFoundException", 400);

  /** Java's clients know it as InternalErrorException, but only under this wire code. */
  public static final ApiError INTERNAL = new ApiError("InternalError", 500);

  public static final ApiError TEMPORARILY_UNAVAILABLE =
      new ApiError("TemporarilyUnavailableException", 500);

  /** In no service's model, but the habit of JSON 1.1. */
  public static final ApiError UNKNOWN_OPERATION = new ApiError("UnknownOperationException", 400);

  /** In no service's model, but the habit of JSON 1.1. */
  public static final ApiError SERIALIZATION = new ApiError("SerializationException", 400);

  /** What a caller sent, as much of it as an error repeats. */
  public static String shown(String given) {
    return Shortened.shown(given, MAX_SHOWN_CHARS);
  }

  /** The refusal of a call with this error and what to say about it. */
  public ApiException because(String sentence) {
    return new ApiException(code, status, sentence);
  }
}
