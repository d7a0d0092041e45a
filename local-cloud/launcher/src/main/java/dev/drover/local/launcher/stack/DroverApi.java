package dev.drover.local.launcher.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.cloud.CloudEnvironment;
import dev.drover.local.launcher.cloud.CloudState;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.MiniStack;
import dev.drover.local.launcher.cloud.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Drover's own API of a deployed stack, called as any client calls it. */
public final class DroverApi {
  /** The API's own limit is 29 s. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(35);

  private static final int OK = 200;
  private static final String NEXT_TOKEN = "nextToken";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI api;

  public DroverApi(URI api) {
    this.api = api;
  }

  /** That of the cloud that another process left running. */
  public static DroverApi of(CloudState state) {
    String apiUrl = state.outputs().get("ApiUrl");
    if (!state.ready() || apiUrl == null) {
      throw new LocalCloudException(
          "The local cloud's start did not finish: './drover up' starts it anew.");
    }
    String endpoint = "http://127.0.0.1:" + state.port(MiniStack.NAME);
    return new DroverApi(URI.create(CloudEnvironment.localApiUrl(endpoint, apiUrl)));
  }

  /**
   * Calls an operation until it has answered all of its pages.
   *
   * @param request without a token; it gets those of the pages
   */
  public void pages(String operation, ObjectNode request, Consumer<JsonNode> page) {
    JsonNode answer;
    do {
      answer = call(operation, request.toString());
      page.accept(answer);
      request.set(NEXT_TOKEN, answer.path(NEXT_TOKEN));
    } while (answer.has(NEXT_TOKEN));
  }

  /**
   * Calls an operation.
   *
   * @param operation its name without the service's
   * @param body JSON
   * @throws LocalCloudException with the API's own words when it refuses
   */
  public JsonNode call(String operation, String body) {
    try (SdkHttpClient http =
        UrlConnectionHttpClient.builder().socketTimeout(READ_TIMEOUT).build()) {
      ContentStreamProvider payload = ContentStreamProvider.fromUtf8String(body);
      SdkHttpRequest request =
          SdkHttpRequest.builder()
              .uri(api)
              .method(SdkHttpMethod.POST)
              .putHeader("Content-Type", "application/x-amz-json-1.1")
              .putHeader(
                  "Content-Length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length))
              .putHeader("X-Amz-Target", "Drover_V1." + operation)
              .build();
      HttpExecuteResponse response =
          http.prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(signed(request, payload))
                      .contentStreamProvider(payload)
                      .build())
              .call();
      JsonNode answer = read(response);
      if (response.httpResponse().statusCode() != OK) {
        throw new LocalCloudException(
            answer.path("message").asText(operation + " was refused without a word."));
      }
      return answer;
    } catch (IOException e) {
      throw new LocalCloudException(
          "The API does not answer %s: %s. './drover status' says what runs."
              .formatted(operation, Reason.of(e)),
          e);
    }
  }

  private static JsonNode read(HttpExecuteResponse response) throws IOException {
    Optional<? extends InputStream> body = response.responseBody();
    if (body.isEmpty()) {
      return JSON.createObjectNode();
    }
    try (InputStream stream = body.get()) {
      return JSON.readTree(stream);
    }
  }

  private static SdkHttpRequest signed(SdkHttpRequest request, ContentStreamProvider payload) {
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                sign ->
                    sign.identity(
                            AwsBasicCredentials.create(
                                CloudEnvironment.ACCESS_KEY, CloudEnvironment.SECRET_KEY))
                        .request(request)
                        .payload(payload)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, CloudEnvironment.REGION));
    return signed.request();
  }
}
