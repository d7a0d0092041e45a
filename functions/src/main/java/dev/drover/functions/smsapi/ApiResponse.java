package dev.drover.functions.smsapi;

import java.util.Map;

/** An answer to a call. */
record ApiResponse(int status, Map<String, String> headers, String body) {
  ApiResponse {
    headers = Map.copyOf(headers);
  }
}
