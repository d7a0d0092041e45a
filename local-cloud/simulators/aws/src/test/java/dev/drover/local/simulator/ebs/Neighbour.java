package dev.drover.local.simulator.ebs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The cloud beside the simulator, which has what the simulator has not; a test says its answers.
 */
final class Neighbour implements AutoCloseable {
  /** The objects of its S3, by bucket and key. */
  final Map<String, String> objects = new ConcurrentHashMap<>();

  /** Whose keys the calls to its S3 were made with. */
  final Set<String> callers = ConcurrentHashMap.newKeySet();

  private final HttpServer server;

  /** Of calls' bodies; an answer with errors is one of status 400. */
  Neighbour(UnaryOperator<String> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String call =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String path = exchange.getRequestURI().getPath();
          if (!path.equals("/")) {
            answerAsS3(exchange, path, call);
            return;
          }
          String said = answers.apply(call);
          byte[] answer = said.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(said.contains("<Errors>") ? 400 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private void answerAsS3(HttpExchange exchange, String path, String body) throws IOException {
    callers.add(
        exchange
            .getRequestHeaders()
            .getFirst("Authorization")
            .replaceFirst(".*Credential=([^/]*)/.*", "$1"));
    if (exchange.getRequestMethod().equals("PUT")) {
      objects.put(path, body);
    }
    String object = objects.get(path);
    byte[] answer = object == null ? new byte[0] : object.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(
        object == null ? 404 : 200, answer.length == 0 ? -1 : answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
