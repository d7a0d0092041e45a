package dev.drover.connector.vsphere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The simulated vCenter as a process, and its control endpoint. It ends with this process. */
final class SimulatedVcenter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final JsonNode ready;

  SimulatedVcenter(Path binary, Path folder, String... options) {
    try {
      List<String> command =
          new ArrayList<>(List.of(binary.toString(), "-dir", folder.toString(), "-end-with-stdin"));
      command.addAll(List.of(options));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      ready = JSON.readTree(lines.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI server() {
    return URI.create(ready.get("url").asText()).resolve("/");
  }

  /** Of the role that the connector needs. */
  String user() {
    return ready.get("roleUser").asText();
  }

  String password() {
    return ready.get("rolePassword").asText();
  }

  Path caFile() {
    return Path.of(ready.get("caFile").asText());
  }

  /** What a snapshot froze. */
  String digest(String snapshot, long key) {
    return ask("GET", "/snapshots/" + snapshot + "/disks/" + key + "/sha256", "").strip();
  }

  void fault(String json) {
    ask("POST", "/faults", json);
  }

  void clearFaults() {
    ask("DELETE", "/faults", "");
  }

  void role(List<String> privileges) {
    try {
      ask("PUT", "/role", JSON.writeValueAsString(privileges));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void endSessions() {
    ask("DELETE", "/sessions", "");
  }

  JsonNode state() {
    try {
      return JSON.readTree(ask("GET", "/state", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String ask(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ready.get("control").asText() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    var answer = http.sendAsync(request, BodyHandlers.ofString()).join();
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(method + " " + path + ": " + answer.body());
    }
    return answer.body();
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    process.onExit().join();
  }
}
