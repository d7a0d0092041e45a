package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.World;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Item;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SmsApiTest {
  private static final String CREATE =
      "{\"serverId\": \"s-0a0b0c0d\", \"seedReplicationTime\": 1477348200, \"frequency\": 12}";

  private final TestApi api = new TestApi();
  private final World world = api.world;

  private String create() {
    return api.ok("CreateReplicationJob", CREATE).get("replicationJobId").asText();
  }

  private static String quoted(String name, String value) {
    return "{\"%s\": \"%s\"}".formatted(name, value);
  }

  @Test
  void send_everyRecordedRequest_isUnderstood() throws IOException {
    try (InputStream samples = SmsApiTest.class.getResourceAsStream("/sms-requests.json")) {
      JsonNode requests =
          TestApi.json(
              new String(Objects.requireNonNull(samples).readAllBytes(), StandardCharsets.UTF_8));
      assertThat(requests).hasSizeGreaterThan(20);
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
          // The stub that recorded it used "4" as its token.
          assertThat(request.get("body").asText()).contains("\"nextToken\":\"4\"");
        }
      }
    }
  }

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
  void send_operationThatIsNotBuilt_isNotPermitted() {
    APIGatewayProxyResponseEvent response = api.send("CreateApp", "{}");

    assertThat(response.getStatusCode()).isEqualTo(400);
    assertThat(response.getBody())
        .contains("OperationNotPermittedException", "CreateApp", "does not have yet");
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
    world.table.put(Item.of("JOB", "sms-job-11111111").with("state", "NONSENSE"));

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

    assertThat(api.error("CreateReplicationJob", CREATE))
        .isEqualTo("TemporarilyUnavailableException");
  }

  @Test
  void getConnectors_folder_hasNoManagerType() {
    JsonNode connectors = api.ok("GetConnectors", "{}").get("connectorList");

    assertThat(connectors)
        .containsExactly(
            TestApi.json(
                """
                {"connectorId": "%s", "version": "0.1.0", "status": "HEALTHY",
                 "capabilityList": [], "vmManagerName": "site", "vmManagerId": "site",
                 "ipAddress": "10.0.0.5", "associatedOn": 1795442400.250}
                """
                    .formatted(World.CONNECTOR)));
  }

  @Test
  void getConnectors_silentForFiveMinutes_isUnhealthy() {
    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(api.ok("GetConnectors", "{}").at("/connectorList/0/status").asText())
        .isEqualTo("UNHEALTHY");
  }

  @Test
  void getServers_beforeImport_isEmptyButAnswers() {
    JsonNode servers = api.ok("GetServers", "{}");

    assertThat(servers.get("serverCatalogStatus").asText()).isEqualTo("NOT_IMPORTED");
    assertThat(servers.get("lastModifiedOn").isNumber()).isTrue();
    assertThat(servers.get("serverList")).isEmpty();
    assertThat(servers.get("serverList").isArray()).isTrue();
  }

  @Test
  void importServerCatalog_asksHealthyConnectorsAgainAndAgain() {
    ConnectorId silent = ConnectorId.declared(World.SITE, "site-2");
    world.register(silent);
    api.queues.create("Drover-tasks-" + silent);
    world.pass(Connector.HEALTHY_WITHIN);
    world.see(World.CONNECTOR);

    assertThat(api.ok("ImportServerCatalog", "{}")).isEmpty();
    api.ok("ImportServerCatalog", "{}");

    assertThat(api.ok("GetServers", "{}").get("serverCatalogStatus").asText())
        .isEqualTo("IMPORTING");
    assertThat(api.tasks()).hasSize(2);
    assertThat(TestApi.json(api.tasks().getFirst()).get("type").asText()).isEqualTo("inventory");
    assertThat(api.queues.bodies("Drover-tasks-" + silent)).isEmpty();
  }

  @Test
  void importServerCatalog_noHealthyConnector_isRefusedAndChangesNothing() {
    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(api.error("ImportServerCatalog", "{}")).isEqualTo("NoConnectorsAvailableException");
    assertThat(Catalog.get(world.table).status()).isEqualTo(Catalog.Status.NOT_IMPORTED);
  }

  @Test
  void getServers_filter_findsByManagerAndVm() {
    world.add(new ServerId("s-11111111"), "db");
    api.ok("ImportServerCatalog", "{}");

    JsonNode found =
        api.ok(
            "GetServers",
            "{\"vmServerAddressList\": [{\"vmManagerId\": \"site\", \"vmId\": \"db\"}]}");

    assertThat(found.get("serverList"))
        .containsExactly(
            TestApi.json(
                """
                {"serverId": "s-11111111", "serverType": "VIRTUAL_MACHINE",
                 "vmServer": {"vmServerAddress": {"vmManagerId": "site", "vmId": "db"},
                              "vmName": "db", "vmManagerName": "site"}}
                """));
    assertThat(api.error("GetServers", "{\"vmServerAddressList\": [{\"vmId\": \"db\"}]}"))
        .isEqualTo("InvalidParameterException");
  }

  @Test
  void getServers_pages_visitEachServerOnce() {
    for (int i = 0; i < 7; i++) {
      world.add(new ServerId("s-1111111" + i), "vm" + i);
    }
    api.ok("ImportServerCatalog", "{}");
    List<String> seen = new ArrayList<>();
    String body = "{\"maxResults\": 3}";
    int pages = 0;
    while (!body.isEmpty()) {
      JsonNode page = api.ok("GetServers", body);
      page.get("serverList").forEach(server -> seen.add(server.get("serverId").asText()));
      pages++;
      body =
          page.has("nextToken")
              ? "{\"maxResults\": 3, \"nextToken\": \"%s\"}"
                  .formatted(page.get("nextToken").asText())
              : "";
    }

    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(8).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void nextToken_tamperedOrOfAnotherOperation_isInvalid() {
    world.add(new ServerId("s-11111111"), "db");
    api.ok("ImportServerCatalog", "{}");
    String token = api.ok("GetServers", "{\"maxResults\": 1}").get("nextToken").asText();

    assertThat(api.error("GetServers", quoted("nextToken", "x" + token.substring(1))))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GetServers", quoted("nextToken", "§")))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GetConnectors", quoted("nextToken", token)))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("GetServers", "{\"maxResults\": 0}"))
        .isEqualTo("InvalidParameterException");
    assertThat(api.ok("GetServers", quoted("nextToken", token)).has("nextToken")).isFalse();
  }

  @Test
  void createReplicationJob_wrongWishes_areRefused() {
    String server = "\"serverId\": \"s-0a0b0c0d\", \"seedReplicationTime\": 1477348200";
    assertThat(api.error("CreateReplicationJob", "{\"seedReplicationTime\": 1}"))
        .isEqualTo("MissingRequiredParameterException");
    assertThat(api.error("CreateReplicationJob", quoted("serverId", "s-0a0b0c0d")))
        .isEqualTo("MissingRequiredParameterException");
    for (String wish :
        List.of(
            "\"runOnce\": false",
            "\"frequency\": 0",
            "\"frequency\": 2161",
            "\"frequency\": 1, \"runOnce\": true",
            "\"frequency\": 1, \"numberOfRecentAmisToKeep\": -1",
            "\"frequency\": 1, \"kmsKeyId\": \"alias/sms\"",
            "\"frequency\": 1, \"licenseType\": \"FREE\"",
            "\"frequency\": 1, \"description\": \"" + "x".repeat(2_049) + "\"")) {
      assertThat(api.error("CreateReplicationJob", "{" + server + ", " + wish + "}"))
          .as(wish)
          .isEqualTo("InvalidParameterException");
    }
    long tooLate = world.instant().plus(Duration.ofDays(31)).getEpochSecond();
    assertThat(
            api.error(
                "CreateReplicationJob",
                "{\"serverId\": \"s-0a0b0c0d\", \"runOnce\": true, \"seedReplicationTime\": %d}"
                    .formatted(tooLate)))
        .isEqualTo("InvalidParameterException");
    assertThat(
            api.error(
                "CreateReplicationJob",
                "{\"serverId\": \"s-1\", \"runOnce\": true, \"seedReplicationTime\": 1}"))
        .isEqualTo("ServerCannotBeReplicatedException");
  }

  @Test
  void createReplicationJob_serverWithJob_alreadyExists() {
    create();

    assertThat(api.error("CreateReplicationJob", CREATE))
        .isEqualTo("ReplicationJobAlreadyExistsException");
  }

  @Test
  void createReplicationJob_sameInvocation_answersTheSameJob() {
    Map<String, String> headers =
        Map.of(
            "X-Amz-Target", "AWSServerMigrationService_V2016_10_24.CreateReplicationJob",
            "amz-sdk-invocation-id", "46f0813e-4915-a6ec-d620-1d22ee6577e4");

    String first = api.send(TestApi.event(headers, CREATE)).getBody();

    assertThat(api.send(TestApi.event(headers, CREATE)).getBody()).isEqualTo(first);
  }

  @Test
  void createReplicationJob_noHealthyConnector_isRefused() {
    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(api.error("CreateReplicationJob", CREATE))
        .isEqualTo("NoConnectorsAvailableException");
  }

  @Test
  void getReplicationJobs_showsTheJobWithItsRuns() {
    String jobId = create();
    world.publish(new JobId(jobId), "ami-1");

    JsonNode job =
        api.ok("GetReplicationJobs", quoted("replicationJobId", jobId)).at("/replicationJobList/0");

    assertThat(job.get("state").asText()).isEqualTo("ACTIVE");
    assertThat(job.get("serverId").asText()).isEqualTo("s-0a0b0c0d");
    assertThat(job.at("/vmServer/vmServerAddress/vmId").asText()).isEqualTo("web");
    assertThat(job.get("seedReplicationTime").asLong()).isEqualTo(1_477_348_200L);
    assertThat(job.get("frequency").asInt()).isEqualTo(12);
    assertThat(job.get("nextReplicationRunStartTime").decimalValue())
        .isEqualByComparingTo("1795485600.250");
    assertThat(job.get("latestAmiId").asText()).isEqualTo("ami-1");
    assertThat(job.at("/replicationRunList/0/amiId").asText()).isEqualTo("ami-1");
    assertThat(job.at("/replicationRunList/0/stageDetails/stage").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void getReplicationJobs_all_areWithoutTheirRuns() {
    String jobId = create();
    world.publish(new JobId(jobId), "ami-1");

    JsonNode jobs = api.ok("GetReplicationJobs", "{}").get("replicationJobList");

    assertThat(jobs.findValuesAsText("replicationJobId")).containsExactly(jobId);
    assertThat(jobs.at("/0/replicationRunList").isArray()).isTrue();
    assertThat(jobs.at("/0/replicationRunList")).isEmpty();
  }

  @Test
  void getReplicationJobs_unknown_isNotFound() {
    assertThat(api.error("GetReplicationJobs", quoted("replicationJobId", "sms-job-00000000")))
        .isEqualTo("ReplicationJobNotFoundException");
    assertThat(api.error("GetReplicationJobs", quoted("replicationJobId", "x")))
        .isEqualTo("ReplicationJobNotFoundException");
    assertThat(api.ok("GetReplicationJobs", "{}").get("replicationJobList").isArray()).isTrue();
  }

  @Test
  void getReplicationRuns_areNewestFirstAndPaged() {
    JobId jobId = new JobId(create());
    for (int run = 1; run <= 5; run++) {
      world.publish(jobId, "ami-" + run);
      world.pass(Duration.ofHours(12));
      world.starter.advance(jobId, world.instant());
    }
    String first = "{\"replicationJobId\": \"%s\", \"maxResults\": 4}".formatted(jobId);

    JsonNode page = api.ok("GetReplicationRuns", first);
    JsonNode rest =
        api.ok(
            "GetReplicationRuns",
            "{\"replicationJobId\": \"%s\", \"maxResults\": 4, \"nextToken\": \"%s\"}"
                .formatted(jobId, page.get("nextToken").asText()));

    assertThat(page.at("/replicationRunList/0/state").asText()).isEqualTo("PENDING");
    assertThat(page.get("replicationRunList").findValuesAsText("amiId"))
        .containsExactly("ami-5", "ami-4", "ami-3");
    assertThat(rest.get("replicationRunList").findValuesAsText("amiId"))
        .containsExactly("ami-2", "ami-1");
    assertThat(rest.has("nextToken")).isFalse();
    assertThat(page.at("/replicationJob/replicationJobId").asText()).isEqualTo(jobId.value());
    assertThat(api.error("GetReplicationRuns", "{}"))
        .isEqualTo("MissingRequiredParameterException");
  }

  @Test
  void startOnDemand_errors_areSmsOwn() {
    String job = quoted("replicationJobId", create());
    JobId jobId =
        world
            .runs(new JobId(TestApi.json(job).get("replicationJobId").asText()))
            .getFirst()
            .jobId();

    assertThat(api.error("StartOnDemandReplicationRun", job))
        .isEqualTo("OperationNotPermittedException");
    world.publish(jobId, "ami-1");
    api.ok("StartOnDemandReplicationRun", job);
    world.publish(jobId, "ami-2");
    api.ok("StartOnDemandReplicationRun", job);
    world.publish(jobId, "ami-3");
    assertThat(api.error("StartOnDemandReplicationRun", job))
        .isEqualTo("ReplicationRunLimitExceededException");
    assertThat(api.error("StartOnDemandReplicationRun", quoted("replicationJobId", "nope")))
        .isEqualTo("ReplicationJobNotFoundException");
  }
}
