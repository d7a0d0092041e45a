package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Tells the simulator of EC2 that instances may run their user data, and where they find AWS. */
final class GuestSettings {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private GuestSettings() {}

  /**
   * Tells it.
   *
   * @param endpointUrl of all services
   * @param apiUrl of the SMS API
   */
  static void send(URI simulator, String endpointUrl, String apiUrl) {
    // Our own URLs: nothing in them has to be escaped.
    String body =
        "{\"AWS_ENDPOINT_URL\": \"%s\", \"AWS_ENDPOINT_URL_SMS\": \"%s\"}"
            .formatted(endpointUrl, apiUrl);
    HttpRequest request =
        HttpRequest.newBuilder(simulator.resolve("/_drover/guests"))
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new LocalCloudException("The simulator of EC2 runs no guests: " + answer.body());
      }
    } catch (IOException e) {
      throw new LocalCloudException("The simulator of EC2 does not answer: " + Reason.of(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while guests were allowed", e);
    }
  }
}
