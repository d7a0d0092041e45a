package dev.drover.local.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loopback port that serves one {@link Service}, a virtual thread per request. {@code Expect:
 * 100-continue} and chunked bodies are the JDK server's own business.
 */
public final class HttpPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
  private static final String LOOPBACK = "127.0.0.1";

  /** Connections that may wait to be accepted: more than a test's busiest pool of clients. */
  private static final int BACKLOG_CONNECTIONS = 512;

  /** The JDK server sends head and body apart; with Nagle's algorithm each answer waits 40 ms. */
  private static final String NO_DELAY_PROPERTY = "sun.net.httpserver.nodelay";

  /** -1 is how the JDK server is told that there is no body. */
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final ExecutorService executor;

  private HttpPort(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for a free one
   * @throws IOException when the port is taken
   */
  public static HttpPort open(int port, Service service) throws IOException {
    System.setProperty(NO_DELAY_PROPERTY, "true");
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port);
    HttpServer server = HttpServer.create(address, BACKLOG_CONNECTIONS);
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(executor);
    server.createContext("/", exchange -> serve(exchange, service));
    server.start();
    return new HttpPort(server, executor);
  }

  public URI endpoint() {
    return URI.create("http://" + LOOPBACK + ":" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    executor.close();
  }

  private static void serve(HttpExchange exchange, Service service) throws IOException {
    try (exchange) {
      Request request = new Request(exchange);
      Response response = answer(request, service);
      request.drain();
      send(exchange, response);
    }
  }

  private static Response answer(Request request, Service service) {
    try {
      return service.answer(request);
    } catch (BodyTooLargeException tooLarge) {
      return plain(413, tooLarge.getMessage());
    } catch (IOException | RuntimeException defect) {
      LOG.error("{} {} failed in the simulator", request.method(), request.target(), defect);
      return plain(500, "the simulator failed, see its log: " + defect);
    }
  }

  private static Response plain(int status, @Nullable String message) {
    return Response.of(
        status, "text/plain", String.valueOf(message).getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, Response response) throws IOException {
    response.headers().forEach(exchange.getResponseHeaders()::set);
    long length = response.body().lengthBytes();
    boolean bodiless = length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(response.status(), bodiless ? NO_BODY : length);
    if (!bodiless) {
      try (OutputStream out = exchange.getResponseBody()) {
        response.body().writeTo(out);
      }
    }
  }
}
