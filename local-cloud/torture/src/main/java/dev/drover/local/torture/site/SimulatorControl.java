package dev.drover.local.torture.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.drover.local.launcher.cloud.LocalCloudException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a simulator is told beside its API: faults, as its README has them. */
public final class SimulatorControl implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final URI root;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> rules = new ArrayList<>();

  /**
   * Of a simulator.
   *
   * @param root below which its control is
   */
  public SimulatorControl(URI root) {
    this.root = root;
  }

  /** Puts more fault rules in force beside those that are; each is JSON. */
  public synchronized void add(List<String> more) {
    rules.addAll(more);
    replace();
  }

  /** Takes them away. */
  public synchronized void remove(List<String> some) {
    some.forEach(rules::remove);
    replace();
  }

  private void replace() {
    post("faults", "[" + String.join(",", rules) + "]");
  }

  /** What it answers. */
  public JsonNode get(String path) {
    return send(HttpRequest.newBuilder(root.resolve(path)).timeout(LIMIT).build());
  }

  /** Tells it something; the answer's status is its own business. */
  public void post(String path, String body) {
    send(
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(LIMIT)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** Takes something away. */
  public void delete(String path) {
    send(HttpRequest.newBuilder(root.resolve(path)).timeout(LIMIT).DELETE().build());
  }

  private JsonNode send(HttpRequest request) {
    try {
      String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return text.startsWith("{") || text.startsWith("[")
          ? JSON.readTree(text)
          : JSON.createObjectNode();
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator does not answer " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while telling a simulator.", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
