package dev.drover.local.torture.wire;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a server on a port of 127.0.0.1 and passes every call on, unless a rule says
 * otherwise. Neither side knows of it.
 */
public final class Proxy implements AutoCloseable {
  /** The JDK's client sets these itself and refuses to be told. */
  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "content-length", "connection", "expect", "upgrade", "transfer-encoding");

  private static final Duration HANG_POLL = Duration.ofMillis(200);

  /** A slow line is slow in pieces of this, so that nobody takes it for dead. */
  private static final int SLOW_PIECE_BYTES = 512;

  private static final int NO_BODY = -1;
  private static final int BACKLOG_CONNECTIONS = 512;

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Witness> witnesses = new CopyOnWriteArrayList<>();
  private volatile @Nullable URI upstream;
  private volatile boolean closed;

  private Proxy(HttpServer server) {
    this.server = server;
  }

  /** Listens; calls are refused until {@link #leadTo} says where they go. */
  public static Proxy open() {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG_CONNECTIONS);
      Proxy proxy = new Proxy(server);
      server.setExecutor(proxy.executor);
      server.createContext("/", proxy::handle);
      server.start();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void leadTo(URI target) {
    upstream = target;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Lays down a rule; of several the first that does something to a call is heard. */
  public void lay(Rule rule) {
    rules.add(rule);
  }

  /** Takes a rule away; what hangs by it ends. */
  public void lift(Rule rule) {
    rules.remove(rule);
  }

  /** Has somebody see what passes, until {@link #unwatch}. */
  public void watch(Witness witness) {
    witnesses.add(witness);
  }

  public void unwatch(Witness witness) {
    witnesses.remove(witness);
  }

  @Override
  public void close() {
    closed = true;
    rules.clear();
    server.stop(0);
    http.shutdownNow();
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Call call = call(exchange);
      for (Rule rule : rules) {
        Verdict verdict = rule.on(call);
        if (!(verdict instanceof Verdict.Pass)) {
          obey(verdict, rule, call, exchange);
          return;
        }
      }
      answer(exchange, forward(call, exchange.getRequestBody().readAllBytes()));
    } catch (UncheckedIOException e) {
      // Its caller sees the connection end, as the server's end would show.
      throw new IOException(e);
    }
  }

  private void obey(Verdict verdict, Rule rule, Call call, HttpExchange exchange)
      throws IOException {
    switch (verdict) {
      case Verdict.Pass() -> throw new IllegalStateException("it has no verdict");
      case Verdict.Answer(int status, String contentType, String body) -> {
        exchange.getRequestBody().readAllBytes();
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        exchange.getResponseHeaders().set("x-amzn-RequestId", "torture");
        boolean bodiless = bytes.length == 0 || call.method().equals("HEAD");
        exchange.sendResponseHeaders(status, bodiless ? NO_BODY : bytes.length);
        if (!bodiless) {
          exchange.getResponseBody().write(bytes);
        }
      }
      case Verdict.Drop() -> {}
      case Verdict.Hang() -> hang(rule);
      case Verdict.Slow(int bytesPerSecond) ->
          answer(exchange, forward(call, slowly(exchange.getRequestBody(), bytesPerSecond, rule)));
      case Verdict.LoseAnswer() -> forward(call, exchange.getRequestBody().readAllBytes());
    }
  }

  private void hang(Rule rule) {
    while (stands(rule) && !closed) {
      pause(HANG_POLL);
    }
  }

  private boolean stands(Rule rule) {
    return rules.contains(rule);
  }

  private byte[] slowly(InputStream in, int bytesPerSecond, Rule rule) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[SLOW_PIECE_BYTES];
    Duration pause = Duration.ofMillis(1_000L * SLOW_PIECE_BYTES / bytesPerSecond);
    for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
      all.write(piece, 0, length);
      if (stands(rule) && !closed) {
        pause(pause);
      }
    }
    return all.toByteArray();
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("the proxy ends", e));
    }
  }

  private static Call call(HttpExchange exchange) {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    return new Call(
        exchange.getRequestMethod(), exchange.getRequestURI().toString(), Map.copyOf(headers));
  }

  private HttpResponse<byte[]> forward(Call call, byte[] body) {
    URI target = upstream;
    if (target == null) {
      throw new UncheckedIOException(new IOException("nothing is behind this proxy yet"));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(call.target()))
            .method(
                call.method(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    call.headers()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      for (Witness witness : witnesses) {
        witness.passed(call, body, response.statusCode(), response.body());
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("the proxy ends", e));
    }
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!NOT_FORWARDED.contains(lower) && !lower.startsWith(":")) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
              } else if (isHead && lower.equals("content-length")) {
                exchange.getResponseHeaders().put(name, List.copyOf(values));
              }
            });
    byte[] body = response.body();
    exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? NO_BODY : body.length);
    exchange.getResponseBody().write(body);
  }
}
