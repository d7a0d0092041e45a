package dev.drover.functions.api.edge;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.ProxyRequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.RequestIdentity;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.drover.functions.api.Api;
import dev.drover.functions.api.Service;
import dev.drover.functions.api.drover.DroverService;
import dev.drover.functions.api.sms.AppImportOperations;
import dev.drover.functions.api.sms.AppLaunchOperations;
import dev.drover.functions.api.sms.AppOperations;
import dev.drover.functions.api.sms.AppReplicationOperations;
import dev.drover.functions.api.sms.AppValidationOperations;
import dev.drover.functions.api.sms.ConnectorOperations;
import dev.drover.functions.api.sms.JobLimits;
import dev.drover.functions.api.sms.JobOperations;
import dev.drover.functions.api.sms.RunOperations;
import dev.drover.functions.api.sms.ServerOperations;
import dev.drover.functions.api.sms.SmsService;
import dev.drover.functions.app.AppCreation;
import dev.drover.functions.app.AppImport;
import dev.drover.functions.app.AppLimits;
import dev.drover.functions.app.AppOnDemandRuns;
import dev.drover.functions.app.AppUpdate;
import dev.drover.functions.job.JobUpdate;
import dev.drover.functions.launch.AppChangeSets;
import dev.drover.functions.world.FakeLambdaContext;
import dev.drover.functions.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The API over the world. */
public final class TestApi {
  /** A request for a job of the world's server. */
  public static final String CREATE_JOB =
      "{\"serverId\": \"s-0a0b0c0d\", \"seedReplicationTime\": 1477348200, \"frequency\": 12}";

  /** What the API allows of applications. */
  public static final AppLimits APPS = new AppLimits(3, 2, 5);

  private static final JsonMapper JSON = new JsonMapper();

  /** What the handler works on. */
  public final World world = World.withServer();

  private final ApiHandler handler;

  /** An API with SMS, and other services beside it. */
  public TestApi(Service... besides) {
    this(new JobLimits(24, 0), besides);
  }

  /** The same, where a deployment chose something else for jobs. */
  public TestApi(JobLimits limits, Service... besides) {
    List<Service> services = new ArrayList<>(List.of(besides));
    services.addFirst(
        new SmsService(
            new ConnectorOperations(world.state, world),
            new ServerOperations(world.state, world.connectorQueues, world, () -> "task-1"),
            new JobOperations(
                world.state,
                world.creation,
                new JobUpdate(
                    world.state, world.starter, world.schedule, world.ebs, world, world.eventLog),
                world.starter,
                limits,
                world),
            new RunOperations(world.state, world.onDemand, world.admission, world),
            new AppOperations(
                world.state,
                world.appReplication,
                world.appLaunch,
                world.objects,
                APPS,
                world,
                world.eventLog),
            new AppImportOperations(
                new AppImport(
                    world.state,
                    world.discovery,
                    new AppCreation(world.state, APPS, world, world.eventLog),
                    new AppUpdate(world.state, world, world.eventLog),
                    APPS,
                    world.eventLog)),
            new AppReplicationOperations(
                world.state,
                world.appReplication,
                new AppOnDemandRuns(world.state, world.onDemand),
                limits,
                world,
                world.eventLog),
            new AppLaunchOperations(
                world.state,
                world.appTemplates,
                new AppChangeSets(
                    world.state,
                    world.appTemplates,
                    world.stacks,
                    world.objects,
                    world::pass,
                    world.eventLog),
                world.appLaunch,
                world.autoLaunch,
                World.BUCKET,
                world.eventLog),
            new AppValidationOperations(world.state, world.appValidation, world.eventLog)));
    services.add(
        new DroverService(
            world.state, world.extension, world.audit, world.appTest, world, world.eventLog));
    handler = new ApiHandler(new Api(services, world, world.eventLog));
  }

  /** What was sent to the only connector. */
  public List<String> tasks() {
    return world.queues.bodies(World.TASK_QUEUES + World.CONNECTOR);
  }

  /** A call by a user, as the gateway passes it on. */
  public static APIGatewayProxyRequestEvent event(Map<String, String> headers, String body) {
    return event("arn:aws:iam::000000000000:user/ops", headers, body);
  }

  private static APIGatewayProxyRequestEvent event(
      String callerArn, Map<String, String> headers, String body) {
    return new APIGatewayProxyRequestEvent()
        .withHttpMethod("POST")
        .withPath("/")
        .withHeaders(headers)
        .withBody(body)
        .withIsBase64Encoded(false)
        .withRequestContext(
            new ProxyRequestContext()
                .withRequestId("99999999-2222-3333-4444-555555555555")
                .withIdentity(new RequestIdentity().withUserArn(callerArn)));
  }

  /** Sends a call as it is. */
  public APIGatewayProxyResponseEvent send(APIGatewayProxyRequestEvent event) {
    return handler.handleRequest(event, new FakeLambdaContext());
  }

  /** Calls an operation of SMS as somebody else. */
  public APIGatewayProxyResponseEvent sendAs(String callerArn, String operation, String body) {
    String target = "AWSServerMigrationService_V2016_10_24." + operation;
    return send(event(callerArn, Map.of("X-Amz-Target", target), body));
  }

  /** Calls an operation of SMS. */
  public APIGatewayProxyResponseEvent send(String operation, String body) {
    String target = "AWSServerMigrationService_V2016_10_24." + operation;
    return send(event(Map.of("X-Amz-Target", target), body));
  }

  /** Calls an operation of Drover's own. */
  public APIGatewayProxyResponseEvent sendDrover(String operation, String body) {
    return send(event(Map.of("X-Amz-Target", "Drover_V1." + operation), body));
  }

  /** The body of such a call that must succeed. */
  public JsonNode okDrover(String operation, String body) {
    return body(sendDrover(operation, body));
  }

  /** The body of a call that must succeed. */
  public JsonNode ok(String operation, String body) {
    return body(send(operation, body));
  }

  private static JsonNode body(APIGatewayProxyResponseEvent response) {
    if (response.getStatusCode() != 200) {
      throw new AssertionError(response.getBody());
    }
    return json(response.getBody());
  }

  /** The error code of a call that must fail. */
  public String error(String operation, String body) {
    APIGatewayProxyResponseEvent response = send(operation, body);
    String code = json(response.getBody()).path("__type").asText();
    if (!code.equals(response.getHeaders().get("x-amzn-ErrorType"))) {
      throw new AssertionError(response.getHeaders() + " " + response.getBody());
    }
    return code;
  }

  /** A new job's id. */
  public String createJob() {
    return ok("CreateReplicationJob", CREATE_JOB).get("replicationJobId").asText();
  }

  /** A request with one text. */
  public static String quoted(String name, String value) {
    return "{\"%s\": \"%s\"}".formatted(name, value);
  }

  /** The tree of a JSON text. */
  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
