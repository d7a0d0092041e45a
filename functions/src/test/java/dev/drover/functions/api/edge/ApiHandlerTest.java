package dev.drover.functions.api.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.Service;
import dev.drover.functions.world.World;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ApiHandlerTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  @Test
  void send_headerInAnyCaseAndBase64Body_isUnderstood() {
    APIGatewayProxyRequestEvent event =
        TestApi.event(
                Map.of("x-AMZ-target", "AWSServerMigrationService_V2016_10_24.GetConnectors"),
                Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8)))
            .withPath("/prod")
            .withIsBase64Encoded(true);

    APIGatewayProxyResponseEvent response = api.send(event);

    assertThat(response.getStatusCode()).isEqualTo(200);
    assertThat(response.getHeaders())
        .containsEntry("Content-Type", "application/x-amz-json-1.1")
        .containsEntry("x-amzn-RequestId", "99999999-2222-3333-4444-555555555555");
  }

  @Test
  void send_badTargets_areUnknownOperations() {
    assertThat(api.error("NoSuchOperation", "{}")).isEqualTo("UnknownOperationException");
    APIGatewayProxyResponseEvent none = api.send(TestApi.event(Map.of(), "{}"));
    assertThat(none.getStatusCode()).isEqualTo(400);
    assertThat(none.getBody()).contains("UnknownOperationException");
  }

  @Test
  void send_malformedBodies_areSerializationErrors() {
    for (String body :
        List.of(
            "{",
            "[]",
            "{} {}",
            "{\"maxResults\": \"3\"}",
            "{\"maxResults\": 3.0}",
            "{\"maxResults\": 99999999999}",
            "{\"vmServerAddressList\": {}}",
            "{\"vmServerAddressList\": [null]}",
            "{\"vmServerAddressList\": [7]}",
            "{\"nextToken\": 7}",
            "[".repeat(100_000),
            "{\"a\": " + "1".repeat(1_000) + "}",
            " ".repeat((1 << 20) + 1))) {
      assertThat(api.error("GetServers", body)).isEqualTo("SerializationException");
    }
    for (String seed : List.of("\"2016-10-24T15:30:00Z\"", "-1", "1e400", "253402300800")) {
      assertThat(api.error("CreateReplicationJob", "{\"seedReplicationTime\": " + seed + "}"))
          .isEqualTo("SerializationException");
    }
  }

  @Test
  void send_withoutCaller_isUnauthorized() {
    APIGatewayProxyRequestEvent event =
        TestApi.event(
            Map.of("X-Amz-Target", "AWSServerMigrationService_V2016_10_24.GetConnectors"), "{}");
    event.getRequestContext().getIdentity().setUserArn(null);

    assertThat(api.send(event).getBody()).contains("UnauthorizedOperationException");
  }

  @Test
  void send_defect_isAnInternalErrorWithoutItsTrace() {
    world.raw.put("JOB", "sms-job-11111111", "state", "NONSENSE");

    APIGatewayProxyResponseEvent response = api.send("GetReplicationJobs", "{}");

    assertThat(response.getStatusCode()).isEqualTo(500);
    assertThat(response.getHeaders()).containsEntry("x-amzn-ErrorType", "InternalError");
    assertThat(response.getBody())
        .contains("99999999-2222-3333-4444-555555555555")
        .doesNotContain("IllegalState", "NONSENSE", "\\tat ");
    assertThat(world.log()).contains("\"trace\"", "99999999-2222-3333-4444-555555555555");
  }

  @Test
  void send_awsConnectionLost_isTemporarilyUnavailable() {
    world.executions.failNext();

    assertThat(api.error("CreateReplicationJob", TestApi.CREATE_JOB))
        .isEqualTo("TemporarilyUnavailableException");
  }

  @Test
  void send_toSecondService_answersBesideSms() {
    record Fake(String title, String targetPrefix, Map<String, Operation> operations)
        implements Service {}
    TestApi both =
        new TestApi(
            new Fake(
                "Fake",
                "Fake_V1.",
                Map.of("Echo", (body, caller) -> TestApi.quoted(caller.arn(), body))));

    APIGatewayProxyResponseEvent echo =
        both.send(TestApi.event(Map.of("X-Amz-Target", "Fake_V1.Echo"), "hello"));

    assertThat(echo.getStatusCode()).isEqualTo(200);
    assertThat(TestApi.json(echo.getBody()))
        .isEqualTo(TestApi.json(TestApi.quoted("arn:aws:iam::000000000000:user/ops", "hello")));
    assertThat(both.ok("GetConnectors", "{}").get("connectorList")).hasSize(1);
    assertThat(both.error("Echo", "{}")).isEqualTo("UnknownOperationException");
  }
}
