package dev.drover.local.torture.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a proxy does to calls, seen from both sides. */
class ProxyTest {
  private static final Duration LIMIT = Duration.ofMillis(700);

  private final List<String> arrived = Collections.synchronizedList(new ArrayList<>());
  private final HttpClient http = HttpClient.newHttpClient();
  private HttpServer server = newServer();
  private Proxy proxy = Proxy.open();

  private static HttpServer newServer() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          arrived.add(exchange.getRequestURI() + " " + new String(body, StandardCharsets.UTF_8));
          exchange.getResponseHeaders().set("x-from", "server");
          exchange.sendResponseHeaders(201, 2);
          exchange.getResponseBody().write(new byte[] {'o', 'k'});
          exchange.close();
        });
    server.start();
    proxy.leadTo(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
    http.shutdownNow();
  }

  @Test
  void pass_withoutARule_isAsWithoutAProxy() throws IOException, InterruptedException {
    HttpResponse<String> response = put("/bucket/key?x=1", "body");

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("ok");
    assertThat(response.headers().firstValue("x-from")).contains("server");
    assertThat(arrived).containsExactly("/bucket/key?x=1 body");
  }

  @Test
  void answer_goesNoFurther() throws IOException, InterruptedException {
    proxy.lay(call -> new Verdict.Answer(403, "application/xml", "<Error/>"));

    HttpResponse<String> response = put("/a", "body");

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body()).isEqualTo("<Error/>");
    assertThat(arrived).isEmpty();
  }

  @Test
  void drop_goesNoFurtherAndLoseAnswerDoes() {
    Rule drop = call -> new Verdict.Drop();
    proxy.lay(drop);
    assertThatThrownBy(() -> put("/dropped", "")).isInstanceOf(IOException.class);
    proxy.lift(drop);
    proxy.lay(call -> new Verdict.LoseAnswer());
    assertThatThrownBy(() -> put("/lost", "")).isInstanceOf(IOException.class);

    // The client tries a call whose connection ended a second time.
    assertThat(arrived).isNotEmpty().allMatch(call -> call.equals("/lost "));
  }

  @Test
  void hang_untilItsRuleIsLifted() {
    Rule hang = call -> new Verdict.Hang();
    proxy.lay(hang);
    assertThatThrownBy(() -> put("/a", "x")).hasMessageContaining("timed out");

    proxy.lift(hang);
    assertThat(arrived).isEmpty();
  }

  @Test
  void slow_comesWholeButLate() throws IOException, InterruptedException {
    proxy.lay(call -> new Verdict.Slow(10_000));
    long begin = System.nanoTime();

    put("/a", "x".repeat(3_000));

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(250));
    assertThat(arrived).containsExactly("/a " + "x".repeat(3_000));
  }

  @Test
  void witness_seesWhatPassed() throws IOException, InterruptedException {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    proxy.watch(
        (call, body, status, answer) ->
            seen.add(call.method() + " " + call.path() + " " + body.length + " " + status));

    put("/a?b", "xyz");

    assertThat(seen).containsExactly("PUT /a 3 201");
  }

  private HttpResponse<String> put(String target, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(proxy.url() + target))
            .timeout(LIMIT)
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
