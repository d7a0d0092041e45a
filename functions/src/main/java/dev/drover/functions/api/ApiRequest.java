package dev.drover.functions.api;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A call as the gateway passed it on.
 *
 * @param requestId the gateway's name of the call
 * @param callerArn whom the gateway authenticated; null when it did not say
 * @param headers by lower-case name
 * @param body JSON text; empty means an empty object
 */
public record ApiRequest(
    String requestId, @Nullable String callerArn, Map<String, String> headers, String body) {
  public ApiRequest {
    Map<String, String> lowerCase = new TreeMap<>();
    headers.forEach((name, value) -> lowerCase.put(name.toLowerCase(Locale.ROOT), value));
    headers = Map.copyOf(lowerCase);
  }

  /** What the caller wants done: a service's prefix and the operation's name. */
  Optional<String> target() {
    return header("x-amz-target");
  }

  /** A header, whatever its case. */
  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }
}
