package dev.drover.functions.api.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.AppLaunchStatus;
import software.amazon.awssdk.services.sms.model.AppStatus;
import software.amazon.awssdk.services.sms.model.CreateAppResponse;
import software.amazon.awssdk.services.sms.model.CreateReplicationJobResponse;
import software.amazon.awssdk.services.sms.model.GetAppResponse;
import software.amazon.awssdk.services.sms.model.GetReplicationRunsResponse;
import software.amazon.awssdk.services.sms.model.InvalidParameterException;
import software.amazon.awssdk.services.sms.model.NoConnectorsAvailableException;
import software.amazon.awssdk.services.sms.model.OperationNotPermittedException;
import software.amazon.awssdk.services.sms.model.ReplicationJobNotFoundException;
import software.amazon.awssdk.services.sms.model.ReplicationJobState;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;
import software.amazon.awssdk.services.sms.model.Server;
import software.amazon.awssdk.services.sms.model.ServerCatalogStatus;
import software.amazon.awssdk.services.sms.model.ServerGroup;
import software.amazon.awssdk.services.sms.model.Tag;

/** The last public Java client of SMS against the handler, over a real connection. */
final class RealClientTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;
  private final HttpServer server = server();
  private final SmsClient sms =
      SmsClient.builder()
          .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .httpClient(UrlConnectionHttpClient.create())
          .build();

  private HttpServer server() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext("/", this::answer);
      http.start();
      return http;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new HashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      APIGatewayProxyResponseEvent response = api.send(TestApi.event(headers, body));
      response.getHeaders().forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = response.getBody().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(response.getStatusCode(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @AfterEach
  void close() {
    sms.close();
    server.stop(0);
  }

  @Test
  void client_fromImportToAmi_understandsEveryAnswer() {
    sms.importServerCatalog(request -> {});
    assertThat(sms.getServers(request -> {}).serverCatalogStatus())
        .isEqualTo(ServerCatalogStatus.IMPORTING);
    assertThat(sms.getConnectors(request -> {}).connectorList()).hasSize(1);

    Instant seed = Instant.parse("2016-10-24T22:30:00.500Z");
    CreateReplicationJobResponse created =
        sms.createReplicationJob(
            request ->
                request
                    .serverId("s-0a0b0c0d")
                    .seedReplicationTime(seed)
                    .frequency(12)
                    .encrypted(true));
    JobId jobId = new JobId(created.replicationJobId());
    world.publish(jobId, "ami-1");
    String onDemand =
        sms.startOnDemandReplicationRun(request -> request.replicationJobId(jobId.value()))
            .replicationRunId();

    GetReplicationRunsResponse runs =
        sms.getReplicationRuns(request -> request.replicationJobId(jobId.value()));
    assertThat(runs.replicationJob().state()).isEqualTo(ReplicationJobState.ACTIVE);
    assertThat(runs.replicationJob().seedReplicationTime()).isEqualTo(seed);
    assertThat(runs.replicationJob().encrypted()).isTrue();
    assertThat(runs.replicationRunList())
        .anySatisfy(run -> assertThat(run.replicationRunId()).isEqualTo(onDemand))
        .anySatisfy(
            run -> {
              assertThat(run.state()).isEqualTo(ReplicationRunState.COMPLETED);
              assertThat(run.completedTime()).isEqualTo(World.START);
              assertThat(run.amiId()).isEqualTo("ami-1");
            });
  }

  @Test
  void client_changesAndRemovals_areUnderstood() {
    String jobId =
        sms.createReplicationJob(
                request ->
                    request
                        .serverId("s-0a0b0c0d")
                        .seedReplicationTime(World.START.plus(Duration.ofDays(1)))
                        .frequency(12))
            .replicationJobId();
    assertThatThrownBy(() -> sms.deleteServerCatalog(request -> {}))
        .isInstanceOf(OperationNotPermittedException.class);
    Instant moved = World.START.plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
    sms.updateReplicationJob(
        request -> request.replicationJobId(jobId).nextReplicationRunStartTime(moved));
    assertThat(
            sms.getReplicationJobs(request -> request.replicationJobId(jobId)).replicationJobList())
        .extracting(job -> job.nextReplicationRunStartTime())
        .containsExactly(moved);

    sms.deleteReplicationJob(request -> request.replicationJobId(jobId));
    sms.deleteServerCatalog(request -> {});
    sms.disassociateConnector(request -> request.connectorId(World.CONNECTOR.value()));

    assertThat(sms.getReplicationJobs(request -> {}).replicationJobList())
        .extracting(job -> job.state())
        .containsExactly(ReplicationJobState.DELETED);
    assertThat(sms.getServers(request -> {}).serverCatalogStatus())
        .isEqualTo(ServerCatalogStatus.DELETED);
    assertThat(sms.getConnectors(request -> {}).connectorList()).isEmpty();
  }

  @Test
  void client_application_isUnderstoodFromItsCreationToItsDeletion() {
    CreateAppResponse created =
        sms.createApp(
            request ->
                request
                    .name("café")
                    .clientToken("11111111-2222-3333-4444-555555555555")
                    .serverGroups(
                        ServerGroup.builder()
                            .name("web")
                            .serverList(Server.builder().serverId(World.SERVER.value()).build())
                            .build())
                    .tags(Tag.builder().key("env").value("test").build()));
    String appId = created.appSummary().appId();
    assertThat(created.appSummary().status()).isEqualTo(AppStatus.ACTIVE);
    assertThat(created.appSummary().creationTime()).isEqualTo(World.START);
    assertThat(created.appSummary().launchStatus())
        .isEqualTo(AppLaunchStatus.READY_FOR_CONFIGURATION);

    GetAppResponse app = sms.getApp(request -> request.appId(appId));
    assertThat(app.appSummary()).isEqualTo(created.appSummary());
    assertThat(app.serverGroups()).isEqualTo(created.serverGroups());
    assertThat(app.serverGroups().getFirst().serverList().getFirst().vmServer().vmName())
        .isEqualTo(World.VM_ID);
    assertThat(app.tags()).isEqualTo(created.tags());

    sms.updateApp(request -> request.appId(appId).name("bar").serverGroups(List.of()));
    assertThat(sms.listApps(request -> request.appIds(appId)).apps())
        .singleElement()
        .satisfies(
            summary -> {
              assertThat(summary.name()).isEqualTo("bar");
              assertThat(summary.totalServers()).isZero();
            });
    sms.deleteApp(request -> request.appId(appId).forceStopAppReplication(true));
    assertThat(sms.listApps(request -> {}).apps()).isEmpty();
    assertThatThrownBy(() -> sms.getApp(request -> request.appId(appId)))
        .isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void client_errors_areItsOwnExceptions() {
    assertThatThrownBy(() -> sms.getReplicationJobs(request -> request.replicationJobId("x")))
        .isInstanceOf(ReplicationJobNotFoundException.class)
        .hasMessageContaining("There is no replication job x.");
    assertThatThrownBy(() -> sms.getServers(request -> request.maxResults(0)))
        .isInstanceOf(InvalidParameterException.class);
    world.pass(Duration.ofHours(1));
    assertThatThrownBy(() -> sms.importServerCatalog(request -> {}))
        .isInstanceOf(NoConnectorsAvailableException.class);
  }

  @Test
  void client_paginator_visitsEachServerOnce() {
    for (int i = 0; i < 120; i++) {
      world.add(new ServerId("s-1111%04d".formatted(i)), "vm" + i);
    }
    sms.importServerCatalog(request -> {});

    assertThat(
            sms.getServersPaginator(request -> {}).stream()
                .flatMap(page -> page.serverList().stream()))
        .extracting(server -> server.serverId())
        .hasSize(121)
        .doesNotHaveDuplicates();
  }
}
