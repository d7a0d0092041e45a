package dev.drover.functions.api;

import org.jspecify.annotations.Nullable;

/**
 * Who may call what. The gateway has authenticated the caller and checked that it may call the API,
 * but all operations are one {@code POST /} to IAM: rules by operation belong here.
 */
final class Authorization {
  /** A client's invocation id is a UUID; what is much longer is none. */
  private static final int MAX_TOKEN_CHARS = 128;

  private Authorization() {}

  /** The caller, if it may call the operation. */
  static Caller authorize(String operation, ApiRequest request) {
    String arn = request.callerArn();
    if (arn == null || arn.isBlank()) {
      throw ApiError.UNAUTHORIZED.because(
          operation + " needs an authenticated caller: sign the request for execute-api.");
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
