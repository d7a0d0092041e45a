package dev.drover.local.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One request as it came over the wire. */
public final class Request {
  /** What is read of a body that nobody asked for, so that its sender can read the answer. */
  private static final int DRAIN_LIMIT_BYTES = 4 * 1024 * 1024;

  private final HttpExchange exchange;

  Request(HttpExchange exchange) {
    this.exchange = exchange;
  }

  public String method() {
    return exchange.getRequestMethod();
  }

  /** The decoded path, without the query. */
  public String path() {
    return exchange.getRequestURI().getPath();
  }

  /** Path and query exactly as they came. */
  public String target() {
    return exchange.getRequestURI().toString();
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  public Map<String, List<String>> headers() {
    return exchange.getRequestHeaders();
  }

  /** The parameters of the query; of a name that comes twice the last one counts. */
  public Map<String, String> query() {
    return parseForm(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""));
  }

  /**
   * The whole body.
   *
   * @param limitBytes the most that is accepted
   * @throws BodyTooLargeException when there is more
   */
  public byte[] body(int limitBytes) throws IOException {
    InputStream in = exchange.getRequestBody();
    byte[] body = in.readNBytes(limitBytes);
    if (body.length == limitBytes && in.read() >= 0) {
      throw new BodyTooLargeException(limitBytes);
    }
    return body;
  }

  /**
   * Reads a body of a known size without a copy.
   *
   * @return whether the body had exactly as many bytes as {@code into}
   */
  public boolean bodyFills(byte[] into) throws IOException {
    InputStream in = exchange.getRequestBody();
    return in.readNBytes(into, 0, into.length) == into.length && in.read() < 0;
  }

  /** Reads what is left of the body: a client that still sends cannot hear a refusal. */
  void drain() throws IOException {
    InputStream in = exchange.getRequestBody();
    if (in.read() < 0) {
      return;
    }
    byte[] scratch = new byte[64 * 1024];
    for (int drained = 0; drained < DRAIN_LIMIT_BYTES; ) {
      int count = in.read(scratch);
      if (count < 0) {
        return;
      }
      drained += count;
    }
  }

  /**
   * Decodes {@code application/x-www-form-urlencoded}, sorted by name.
   *
   * @throws IllegalArgumentException when an escape is malformed
   */
  public static Map<String, String> parseForm(String form) {
    Map<String, String> parameters = new TreeMap<>();
    for (String pair : form.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.put(decode(name), decode(value));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
