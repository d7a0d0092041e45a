package dev.drover.functions.api.sms;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.ProxyRequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.RequestIdentity;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.drover.functions.FakeLambdaContext;
import dev.drover.functions.World;
import dev.drover.functions.account.ConnectorQueues;
import dev.drover.functions.account.InMemoryQueues;
import java.util.List;
import java.util.Map;

/** The handler over a world in memory. */
final class TestApi {
  private static final JsonMapper JSON = new JsonMapper();

  final World world = World.withServer();
  final InMemoryQueues queues = new InMemoryQueues();
  final SmsApiHandler handler;

  TestApi() {
    queues.create("Drover-tasks-" + World.CONNECTOR);
    handler =
        new SmsApiHandler(
            new SmsApi(
                new CatalogOperations(
                    world.table, new ConnectorQueues(queues, "Drover-tasks-"), world),
                new JobOperations(
                    world.table, world.creation, world.onDemand, new JobWishes(world)),
                world.eventLog));
  }

  /** What was sent to the only connector. */
  List<String> tasks() {
    return queues.bodies("Drover-tasks-" + World.CONNECTOR);
  }

  static APIGatewayProxyRequestEvent event(Map<String, String> headers, String body) {
    return new APIGatewayProxyRequestEvent()
        .withHttpMethod("POST")
        .withPath("/")
        .withHeaders(headers)
        .withBody(body)
        .withIsBase64Encoded(false)
        .withRequestContext(
            new ProxyRequestContext()
                .withRequestId("99999999-2222-3333-4444-555555555555")
                .withIdentity(
                    new RequestIdentity().withUserArn("arn:aws:iam::000000000000:user/ops")));
  }

  APIGatewayProxyResponseEvent send(APIGatewayProxyRequestEvent event) {
    return handler.handleRequest(event, new FakeLambdaContext());
  }

  APIGatewayProxyResponseEvent send(String operation, String body) {
    String target = "AWSServerMigrationService_V2016_10_24." + operation;
    return send(event(Map.of("X-Amz-Target", target), body));
  }

  /** The body of a call that must succeed. */
  JsonNode ok(String operation, String body) {
    APIGatewayProxyResponseEvent response = send(operation, body);
    if (response.getStatusCode() != 200) {
      throw new AssertionError(response.getBody());
    }
    return json(response.getBody());
  }

  /** The error code of a call that must fail. */
  String error(String operation, String body) {
    APIGatewayProxyResponseEvent response = send(operation, body);
    String code = json(response.getBody()).path("__type").asText();
    if (!code.equals(response.getHeaders().get("x-amzn-ErrorType"))) {
      throw new AssertionError(response.getHeaders() + " " + response.getBody());
    }
    return code;
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
