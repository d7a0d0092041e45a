package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.SmsResponse;

final class SmsServiceTest {
  private final TestApi api = new TestApi();

  @Test
  void send_everyRecordedRequest_isUnderstood() throws IOException {
    try (InputStream samples = SmsServiceTest.class.getResourceAsStream("/sms-requests.json")) {
      JsonNode requests =
          TestApi.json(
              new String(Objects.requireNonNull(samples).readAllBytes(), StandardCharsets.UTF_8));
      assertThat(requests).hasSizeGreaterThan(35);
      for (JsonNode request : requests) {
        Map<String, String> headers = new TreeMap<>();
        request
            .get("headers")
            .properties()
            .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
        APIGatewayProxyResponseEvent response =
            api.send(TestApi.event(headers, request.get("body").asText()));
        String type = TestApi.json(response.getBody()).path("__type").asText();
        // Of well-formed requests the ids are unknown here, or required members are missing.
        assertThat(type)
            .as(request.toString())
            .isIn(
                "",
                "ServerCannotBeReplicatedException",
                "ReplicationJobNotFoundException",
                "MissingRequiredParameterException",
                "InvalidParameterException");
        if (type.equals("InvalidParameterException")) {
          // The stub that recorded it used "4" as its token, and ids of servers and applications
          // that there are not.
          assertThat(request.get("body").asText())
              .containsAnyOf("\"nextToken\":\"4\"", "\"appId\"", "\"serverList\"");
        }
      }
    }
  }

  @Test
  void send_everyOperationOfThePublicClient_isKnown() {
    List<String> names =
        Stream.of(SmsClient.class.getDeclaredMethods())
            .filter(method -> SmsResponse.class.isAssignableFrom(method.getReturnType()))
            .map(
                method ->
                    method.getName().substring(0, 1).toUpperCase(Locale.ROOT)
                        + method.getName().substring(1))
            .distinct()
            .toList();

    assertThat(names)
        .hasSize(35)
        .allSatisfy(
            name ->
                assertThat(api.send(name, "{}").getBody())
                    .doesNotContain("UnknownOperationException"));
  }

  @Test
  void send_withoutACaller_isUnauthorized() {
    APIGatewayProxyRequestEvent anonymous =
        TestApi.event(
            Map.of("X-Amz-Target", "AWSServerMigrationService_V2016_10_24.GenerateChangeSet"),
            "{}");
    anonymous.getRequestContext().getIdentity().setUserArn(null);
    assertThat(api.send(anonymous).getBody()).contains("UnauthorizedOperationException");
  }
}
