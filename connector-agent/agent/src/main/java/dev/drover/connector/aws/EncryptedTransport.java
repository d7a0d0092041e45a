package dev.drover.connector.aws;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Lets no request leave the host over plain http. It looks at the request that is about to be sent,
 * so that it does not matter which of the SDK's many settings the endpoint came from.
 */
public final class EncryptedTransport implements ExecutionInterceptor {
  /** Names are not looked up: what a name means is the network's word, not ours. */
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    require(context.httpRequest().getUri());
  }

  /**
   * Refuses an endpoint that is neither https nor loopback.
   *
   * @throws PlainHttpException naming it
   */
  public static void require(URI endpoint) {
    if (!"https".equalsIgnoreCase(endpoint.getScheme()) && !isLoopback(endpoint)) {
      throw new PlainHttpException(
          endpoint.getScheme()
              + "://"
              + endpoint.getAuthority()
              + " is not encrypted and is refused: use https (plain http only to this host).");
    }
  }

  /** Whether the host is this one, by its literal address or as {@code localhost}. */
  public static boolean isLoopback(URI endpoint) {
    String host = endpoint.getHost();
    return host != null && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
