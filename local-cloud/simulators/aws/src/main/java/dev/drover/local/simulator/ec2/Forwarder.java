package dev.drover.local.simulator.ec2;

import dev.drover.local.simulator.guest.RoleKeys;
import dev.drover.local.simulator.http.Request;
import dev.drover.local.simulator.http.Response;
import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Passes a call on to the neighbour, which has the other services, body and answer byte for byte.
 */
public final class Forwarder implements AutoCloseable {
  /** Read by the JDK's HTTP client once, before its first request. */
  public static final String ALLOWED_HEADERS_PROPERTY = "jdk.httpclient.allowRestrictedHeaders";

  /** A stuck neighbour must not hold a caller for ever; EC2 calls take seconds at most. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  // What describes this hop and not the call.
  private static final Set<String> HOP_HEADERS =
      Set.of(
          "connection", "content-length", "expect", "keep-alive", "transfer-encoding", "upgrade");

  private final URI target;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public Forwarder(URI target) {
    this.target = target;
  }

  public Response forward(Request request, byte[] body) throws IOException {
    HttpRequest.Builder onward =
        HttpRequest.newBuilder(target.resolve(request.target()))
            .timeout(TIMEOUT)
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(body));
    request.headers().forEach((name, values) -> copy(onward, name, values));
    return response(send(onward.build()));
  }

  /** A call of the simulator's own to a service of the neighbour, in the name of the account. */
  HttpResponse<byte[]> ask(String service, Map<String, String> form, Account account)
      throws IOException {
    String body =
        form.entrySet().stream()
            .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(target.resolve("/"))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("Authorization", authorization(service, account.id(), account.region()))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return send(request);
  }

  /**
   * A call to the neighbour's S3 in the name of a role.
   *
   * @param path bucket and key, encoded
   */
  public HttpResponse<byte[]> object(
      String method, String path, byte[] body, RoleKeys.Keys keys, Account account)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(target.resolve(path))
            .timeout(TIMEOUT)
            .header("Authorization", authorization("s3", keys.accessKeyId(), account.region()))
            .header("X-Amz-Security-Token", keys.token())
            .header("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return send(request);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while waiting for " + target);
    }
  }

  /** Names service and caller, which is all that a local neighbour takes from a signature. */
  private static String authorization(String service, String accessKey, String region) {
    return "AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=00"
        .formatted(accessKey, region, service);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static void copy(HttpRequest.Builder onward, String name, List<String> values) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    if (!HOP_HEADERS.contains(lowerCase) && (!lowerCase.equals("host") || hostMayBeSet())) {
      values.forEach(value -> onward.header(name, value));
    }
  }

  /**
   * The signature covers the host that the caller knows, but the JDK's client sets a host only
   * where a system property allows it: {@code SimulatorMain} does.
   */
  private static boolean hostMayBeSet() {
    return System.getProperty(ALLOWED_HEADERS_PROPERTY, "")
        .toLowerCase(Locale.ROOT)
        .contains("host");
  }

  private static Response response(HttpResponse<byte[]> answer) {
    Map<String, String> headers = new HashMap<>();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, String.join(", ", values));
              }
            });
    byte[] body = answer.body();
    return new Response(answer.statusCode(), headers, Response.body(body, body.length));
  }
}
