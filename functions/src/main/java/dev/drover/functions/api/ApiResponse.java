package dev.drover.functions.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Map;

/** An answer to a call. */
public record ApiResponse(int status, Map<String, String> headers, String body) {
  public ApiResponse {
    headers = Map.copyOf(headers);
  }

  static ApiResponse success(String requestId, String body) {
    return new ApiResponse(200, headers(requestId), body);
  }

  /**
   * An error as the SDKs understand it: Java's reads the code in the header {@code
   * x-amzn-ErrorType}, the CLI in the body's {@code __type}.
   */
  static ApiResponse failure(String requestId, ApiException e) {
    Map<String, String> headers = new HashMap<>(headers(requestId));
    headers.put("x-amzn-ErrorType", e.code());
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("__type", e.code())
            .put("message", e.sentence())
            .toString();
    return new ApiResponse(e.status(), headers, body);
  }

  private static Map<String, String> headers(String requestId) {
    return Map.of("Content-Type", "application/x-amz-json-1.1", "x-amzn-RequestId", requestId);
  }
}
