package dev.drover.functions.api;

import org.jspecify.annotations.Nullable;

/**
 * Who may call what. The gateway has authenticated the caller and checked that it may call the API,
 * but all operations are one {@code POST /} to IAM: rules by operation belong here.
 */
final class Authorization {
  /** A client's invocation id is a UUID; what is much longer is none. */
  private static final int MAX_TOKEN_CHARS = 128;

  /** The one operation that a server may call which Drover launched. */
  private static final String OF_GUESTS = "NotifyAppValidationOutput";

  private Authorization() {}

  /** The caller, if it may call the operation. */
  static Caller authorize(String operation, ApiRequest request) {
    String arn = request.callerArn();
    if (arn == null || arn.isBlank()) {
      throw ApiError.UNAUTHORIZED.because(
          operation + " needs an authenticated caller: sign the request for execute-api.");
    }
    if (Guest.of(arn).isPresent() && !operation.equals(OF_GUESTS)) {
      throw ApiError.UNAUTHORIZED.because(
          "A role whose name begins with sms-app- is that of launched servers, which may call "
              + OF_GUESTS
              + " and nothing else.");
    }
    return new Caller(arn, requestToken(request));
  }

  private static @Nullable String requestToken(ApiRequest request) {
    return request
        .header("amz-sdk-invocation-id")
        .filter(token -> !token.isBlank() && token.length() <= MAX_TOKEN_CHARS)
        .orElse(null);
  }
}
