package dev.drover.local.acceptance;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * Stands between a connector and S3, at the wire: it sees every segment that is put, and may put
 * another one in its place while the connector is told that all went well.
 */
final class StagingProxy implements AutoCloseable {
  /** What the test does with a segment on its way. */
  interface Meddler {
    /** The bytes to store instead; empty stores what came. */
    Optional<byte[]> before(String key, byte[] segment);

    /** The store has answered. */
    void after(String key);
  }

  /** The JDK's client sets these itself and refuses to be told. */
  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI store;
  private final Meddler meddler;
  private final Map<String, Integer> puts = new ConcurrentHashMap<>();
  private final Set<String> digestListsRead = ConcurrentHashMap.newKeySet();

  StagingProxy(String storeUrl, Meddler meddler) {
    this.store = URI.create(storeUrl);
    this.meddler = meddler;
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often each segment was put, by its key. */
  Map<String, Integer> puts() {
    return Map.copyOf(puts);
  }

  /** The keys of the digest lists that were asked for. */
  Set<String> digestListsRead() {
    return Set.copyOf(digestListsRead);
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getRawPath();
      int staging = path.indexOf("/staging/");
      int digestList = path.indexOf("/digests/");
      if (exchange.getRequestMethod().equals("GET") && digestList > 0) {
        digestListsRead.add(path.substring(digestList + 1));
      }
      if (exchange.getRequestMethod().equals("PUT") && staging > 0) {
        putSegment(exchange, path.substring(staging + 1), body);
      } else {
        answer(exchange, forward(exchange, exchange.getRequestHeaders(), body));
      }
    }
  }

  private void putSegment(HttpExchange exchange, String key, byte[] body) throws IOException {
    byte[] segment = payload(exchange.getRequestHeaders(), body);
    Optional<byte[]> instead = meddler.before(key, segment);
    puts.merge(key, 1, Integer::sum);
    // Another object needs headers without the first one's checksum.
    Headers headers = instead.isEmpty() ? exchange.getRequestHeaders() : new Headers();
    answer(exchange, forward(exchange, headers, instead.orElse(body)));
    meddler.after(key);
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, Headers headers, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(store.resolve(exchange.getRequestURI().toString()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(
        (name, values) -> {
          if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("S3 does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted on the way to S3", e);
    }
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!NOT_FORWARDED.contains(lower) && !lower.startsWith(":")) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
              }
            });
    byte[] body = response.body();
    exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  /** Takes the object out of the chunks in which the SDK may send it, checksum behind. */
  private static byte[] payload(Headers headers, byte[] body) throws IOException {
    String encoding = headers.getFirst("Content-Encoding");
    if (encoding == null || !encoding.contains("aws-chunked")) {
      return body;
    }
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    while (true) {
      String size = line(in).split(";", 2)[0].strip();
      int lengthBytes = Integer.parseInt(size, 16);
      if (lengthBytes == 0) {
        return payload.toByteArray();
      }
      payload.write(in.readNBytes(lengthBytes));
      line(in);
    }
  }

  private static String line(ByteArrayInputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).strip();
  }
}
