package dev.drover.local.simulator.ebs;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * The cloud beside the simulator, which has what the simulator has not; a test says its answers.
 */
final class Neighbour implements AutoCloseable {
  private final HttpServer server;

  /** Of calls' bodies; an answer with errors is one of status 400. */
  Neighbour(UnaryOperator<String> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String call =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String said = answers.apply(call);
          byte[] answer = said.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(said.contains("<Errors>") ? 400 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
