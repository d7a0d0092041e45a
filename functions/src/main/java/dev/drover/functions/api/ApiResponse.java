package dev.drover.functions.api;

import java.util.Map;

/** An answer to a call. */
public record ApiResponse(int status, Map<String, String> headers, String body) {
  public ApiResponse {
    headers = Map.copyOf(headers);
  }
}
