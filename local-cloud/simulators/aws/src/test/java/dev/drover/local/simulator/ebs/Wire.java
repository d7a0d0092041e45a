package dev.drover.local.simulator.ebs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** Requests that no real client would send, or that are not AWS's. */
final class Wire implements AutoCloseable {
  private static final String SIGNATURE =
      "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ebs/aws4_request, "
          + "SignedHeaders=host, Signature=00";

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI endpoint;

  Wire(URI endpoint) {
    this.endpoint = endpoint;
  }

  HttpResponse<byte[]> get(String target) throws IOException, InterruptedException {
    return send("GET", target, new byte[0]);
  }

  HttpResponse<byte[]> post(String target, String body) throws IOException, InterruptedException {
    return send("POST", target, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a request that looks signed, with headers as name and value in turn. */
  HttpResponse<byte[]> send(String method, String target, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.resolve(target))
            .method(method, BodyPublishers.ofByteArray(body))
            .header("Authorization", SIGNATURE);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
