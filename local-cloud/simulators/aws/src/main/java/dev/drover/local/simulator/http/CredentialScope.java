package dev.drover.local.simulator.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service that a request was signed for. Signatures are not verified (the simulator knows no
 * secrets), but a client that does not sign, or signs for another service, would fail at AWS.
 */
public final class CredentialScope {
  private static final Pattern SIGNATURE_V4 =
      Pattern.compile("AWS4-HMAC-SHA256 Credential=[^/,]+/\\d{8}/[^/,]+/([^/,]+)/aws4_request,.*");

  private CredentialScope() {}

  public static Optional<String> service(Request request) {
    return request
        .header("Authorization")
        .map(SIGNATURE_V4::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }
}
