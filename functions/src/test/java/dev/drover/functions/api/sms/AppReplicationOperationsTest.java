package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Admission;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AppReplicationOperationsTest {
  private static final List<ServerId> SERVERS =
      Stream.of("s-00000001", "s-00000002", "s-00000003").map(ServerId::new).toList();

  private final TestApi api = new TestApi();
  private final World world = api.world;
  private String appId = "";
  private String byId = "";

  @BeforeEach
  void createApp() {
    SERVERS.forEach(server -> world.add(server, "vm " + server));
    appId =
        api.ok(
                "CreateApp",
                """
                {"name": "shop", "roleName": "sms", "serverGroups": [
                  {"name": "db", "serverList": [{"serverId": "s-00000001"}]},
                  {"name": "web", "serverList": [
                    {"serverId": "s-00000002"}, {"serverId": "s-00000003"}]}]}
                """)
            .at("/appSummary/appId")
            .asText();
    byId = TestApi.quoted("appId", appId);
  }

  private void configure(String parameters) {
    api.ok("PutAppReplicationConfiguration", configuration(parameters, SERVERS));
  }

  private String configuration(String parameters, List<ServerId> servers) {
    return servers.stream()
        .map(
            server ->
                "{\"server\": {\"serverId\": \"%s\"}, \"serverReplicationParameters\": {%s}}"
                    .formatted(server, parameters))
        .collect(
            Collectors.joining(
                ",",
                "{\"appId\": \"%s\", \"serverGroupReplicationConfigurations\": [{\"serverReplicationConfigurations\": ["
                    .formatted(appId),
                "]}]}"));
  }

  private void start() {
    configure("\"frequency\": 12");
    api.ok("StartAppReplication", byId);
  }

  private JsonNode summary() {
    JsonNode summary = api.ok("GetApp", byId).get("appSummary");
    assertThat(api.ok("ListApps", "{}").at("/apps/0")).isEqualTo(summary);
    return summary;
  }

  private String status() {
    return summary().get("replicationStatus").asText();
  }

  private String message() {
    return summary().path("replicationStatusMessage").asText();
  }

  private JobId job(int server) {
    return Optional.ofNullable(
            world.state.servers().find(SERVERS.get(server)).orElseThrow().replicationJobId())
        .orElseThrow();
  }

  @Test
  void putConfiguration_isShownAsItWasSaid() {
    String said =
        "\"seedTime\": 1795442500.5, \"frequency\": 6, \"runOnce\": false, \"licenseType\": \"BYOL\", \"numberOfRecentAmisToKeep\": 3, \"encrypted\": true, \"kmsKeyId\": \"alias/ours\"";
    assertThat(status()).isEqualTo("READY_FOR_CONFIGURATION");

    configure(said);

    assertThat(summary().get("replicationConfigurationStatus").asText()).isEqualTo("CONFIGURED");
    assertThat(status()).isEqualTo("READY_FOR_REPLICATION");
    JsonNode groups =
        api.ok("GetAppReplicationConfiguration", byId).get("serverGroupReplicationConfigurations");
    assertThat(groups).hasSize(2);
    assertThat(groups.get(0).get("serverGroupId"))
        .isEqualTo(api.ok("GetApp", byId).at("/serverGroups/0/serverGroupId"));
    assertThat(groups.findValuesAsText("serverId"))
        .containsExactly("s-00000001", "s-00000002", "s-00000003");
    assertThat(groups.at("/1/serverReplicationConfigurations/0/serverReplicationParameters"))
        .isEqualTo(TestApi.json("{" + said + "}"));
  }

  @Test
  void deleteConfiguration_takesItBack() {
    configure("\"frequency\": 6");

    api.ok("DeleteAppReplicationConfiguration", byId);
    api.ok("DeleteAppReplicationConfiguration", byId);

    assertThat(summary().get("replicationConfigurationStatus").asText())
        .isEqualTo("NOT_CONFIGURED");
    assertThat(status()).isEqualTo("READY_FOR_CONFIGURATION");
    assertThat(
            api.ok("GetAppReplicationConfiguration", byId)
                .get("serverGroupReplicationConfigurations"))
        .isEmpty();
    assertThat(api.error("StartAppReplication", byId)).isEqualTo("OperationNotPermittedException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"frequency\": 0",
        "\"frequency\": 25",
        "\"frequency\": 1, \"runOnce\": true",
        "\"frequency\": 1, \"numberOfRecentAmisToKeep\": 271",
        "\"frequency\": 1, \"licenseType\": \"FREE\"",
        "\"frequency\": 1, \"licenseType\": \"AWS\"", // the servers run Debian
        "\"frequency\": 1, \"kmsKeyId\": \"alias/ours\"",
        "\"frequency\": 1, \"encrypted\": true, \"kmsKeyId\": \"our key\"",
        "\"frequency\": 1, \"seedTime\": 1895442400"
      })
  void putConfiguration_wrongParameters_areRefused(String parameters) {
    assertThat(api.error("PutAppReplicationConfiguration", configuration(parameters, SERVERS)))
        .isEqualTo("InvalidParameterException");
    assertThat(status()).isEqualTo("READY_FOR_CONFIGURATION");
  }

  @Test
  void putConfiguration_ofOtherServersGroupsOrNone_isRefused() {
    for (List<ServerId> servers :
        List.of(
            List.<ServerId>of(), List.of(World.SERVER), List.of(SERVERS.get(0), SERVERS.get(0)))) {
      assertThat(
              api.error(
                  "PutAppReplicationConfiguration", configuration("\"frequency\": 1", servers)))
          .isEqualTo("InvalidParameterException");
    }
    String otherGroup =
        configuration("\"frequency\": 1", SERVERS)
            .replace("[{\"serverR", "[{\"serverGroupId\": \"sms-group-1\", \"serverR");
    assertThat(api.send("PutAppReplicationConfiguration", otherGroup).getBody())
        .contains("InvalidParameterException", "server s-00000001 is not in server group");
    assertThat(
            api.error(
                "PutAppReplicationConfiguration",
                configuration("\"frequency\": 1", SERVERS).replace("s-00000001", "")))
        .isEqualTo("MissingRequiredParameterException");
  }

  @Test
  void start_makesAJobOfEachServerAndShowsHowFarTheyAre() {
    start();

    assertThat(status()).as("each is at its first copy").isEqualTo("REPLICATION_IN_PROGRESS");
    Job job = world.job(job(1));
    assertThat(job.settings().description()).isEqualTo("shop");
    assertThat(job.settings().roleName()).isEqualTo("sms");
    assertThat(job.schedule().frequencyHours()).isEqualTo(12);
    world.publish(job(0), "ami-1");
    world.publish(job(1), "ami-2");
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
    assertThat(summary().get("latestReplicationTime").decimalValue())
        .isEqualByComparingTo("1795442400.25");

    world.publish(job(2), "ami-3");

    assertThat(status()).isEqualTo("REPLICATED");
    assertThat(message())
        .isEqualTo(
            "The newest AMIs show the servers as they were within 1 s, from 2026-11-23T14:00:00Z to"
                + " 2026-11-23T14:00:00Z.");
  }

  @Test
  void start_serversStandInLineTogether() {
    start();
    assertThat(companies()).hasSize(3);
    assertThat(mostSnapshots()).as("whoever asked first wants room for all").isEqualTo(3);

    List.of(0, 1, 2).forEach(server -> world.publish(job(server), "ami-" + server));
    world
        .state
        .admissions()
        .list()
        .forEach(place -> world.state.admissions().leave(place.run().runId()));
    api.ok("StartOnDemandAppReplication", byId);

    assertThat(companies()).hasSize(3);
    assertThat(mostSnapshots()).isEqualTo(3);
  }

  private List<Admission.Company> companies() {
    return world
        .state
        .admissions()
        .list()
        .map(Admission::company)
        .flatMap(Stream::ofNullable)
        .filter(company -> company.appId().value().equals(appId))
        .toList();
  }

  private int mostSnapshots() {
    return companies().stream().mapToInt(Admission.Company::snapshots).max().orElse(0);
  }

  @Test
  void start_withASeedTimeToCome_isPending() {
    configure("\"frequency\": 12, \"seedTime\": 1795452400");
    api.ok("StartAppReplication", byId);

    assertThat(status()).isEqualTo("REPLICATION_PENDING");
    assertThat(world.executions.started).isEmpty();
  }

  @Test
  void start_again_makesNothingTwice() {
    start();
    List<Job> jobs = world.state.jobs().list().toList();

    api.ok("StartAppReplication", byId);

    assertThat(world.state.jobs().list().map(Job::id))
        .isEqualTo(jobs.stream().map(Job::id).toList())
        .hasSize(3);
  }

  @Test
  void jobThatWasDeletedByItself_isSaidAndMadeAnewByStart() {
    replicated();
    JobId deleted = job(1);
    List<JobId> others = List.of(job(0), job(2));
    api.ok("DeleteReplicationJob", TestApi.quoted("replicationJobId", deleted.value()));

    assertThat(status()).isEqualTo("DELTA_REPLICATION_FAILED");
    assertThat(message())
        .isEqualTo(
            "Of 3 servers, 1 failed. s-00000002: The job was deleted; its AMIs are kept. Start the application's replication again for a new job.");
    world.appReplication.complete(world.state.apps().find(new AppId(appId)).orElseThrow());
    assertThat(job(1)).as("nobody asked for it").isEqualTo(deleted);

    api.ok("StartAppReplication", byId);
    JobId anew = job(1);
    assertThat(anew).isNotEqualTo(deleted);
    assertThat(List.of(job(0), job(2))).isEqualTo(others);
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
    api.ok("StartAppReplication", byId);
    assertThat(job(1)).isEqualTo(anew);
    assertThat(world.state.jobs().list()).hasSize(4);

    api.ok("StopAppReplication", byId);
    assertThat(world.state.jobs().list().map(Job::state)).containsOnly(Job.State.DELETED);
  }

  @Test
  void serversThatWait_areCounted() {
    start();
    assertThat(message()).isEmpty();
    RunReference run = world.active(job(1));
    world.state.admissions().move(run.runId(), Admission.Phase.UPLOADING, Admission.Phase.WAITING);

    assertThat(message())
        .isEqualTo(
            "Waiting for their turn: 1 of 3 servers; GetReplicationRuns says what each waits for.");
  }

  @Test
  void start_withoutServersOrConfiguration_isRefused() {
    assertThat(api.send("StartAppReplication", byId).getBody())
        .contains("OperationNotPermittedException", "PutAppReplicationConfiguration");
    api.ok(
        "PutAppReplicationConfiguration",
        configuration("\"frequency\": 12", SERVERS.subList(0, 2)));
    assertThat(api.send("StartAppReplication", byId).getBody())
        .contains("The replication of server s-00000003 is not configured");
    api.ok("UpdateApp", "{\"appId\": \"%s\", \"serverGroups\": []}".formatted(appId));
    assertThat(api.send("StartAppReplication", byId).getBody()).contains("has no servers");
    assertThat(world.state.jobs().list()).isEmpty();
  }

  @Test
  void start_withAServerThatHasAJob_leavesTheOthersAlone() {
    String other =
        api.ok("CreateReplicationJob", TestApi.CREATE_JOB.replace("s-0a0b0c0d", "s-00000002"))
            .get("replicationJobId")
            .asText();

    start();
    world.publish(job(0), "ami-1");
    world.publish(job(2), "ami-3");

    assertThat(status()).isEqualTo("PARTIALLY_REPLICATED");
    assertThat(message())
        .startsWith("Of 3 servers, 1 failed. s-00000002: it has replication job " + other);
    api.ok("DeleteReplicationJob", TestApi.quoted("replicationJobId", other));
    api.ok("StartAppReplication", byId);
    assertThat(job(1)).isNotEqualTo(new JobId(other));
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
  }

  @Test
  void start_withoutAConnector_fails() {
    configure("\"frequency\": 12");
    world.pass(Connector.HEALTHY_WITHIN);

    api.ok("StartAppReplication", byId);

    assertThat(status()).isEqualTo("REPLICATION_FAILED");
    assertThat(message()).contains("Of 3 servers, 3 failed", "no healthy connector");
    world.see(World.CONNECTOR);
    api.ok("StartAppReplication", byId);
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
    assertThat(message()).isEmpty();
  }

  @Test
  void firstCopyThatFails_leavesTheOthersAloneAndIsTold() {
    start();
    world.publish(job(0), "ami-1");
    world.publish(job(1), "ami-2");
    world.fail(world.begin(job(2)), Job.State.ACTIVE, null);

    assertThat(status()).isEqualTo("PARTIALLY_REPLICATED");
    assertThat(message()).isEqualTo("Of 3 servers, 1 failed. s-00000003: stopped");

    world.beginNext(job(2));
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
    world.publish(job(2), "ami-3");
    assertThat(status()).isEqualTo("REPLICATED");
  }

  @Test
  void everyFirstCopyFails_isReplicationFailed() {
    start();
    for (int server = 0; server < 3; server++) {
      world.fail(world.begin(job(server)), Job.State.PAUSED_ON_FAILURE, null);
    }

    assertThat(status()).isEqualTo("REPLICATION_FAILED");
  }

  @Test
  void furtherCopies_areDeltas() {
    replicated();
    world.beginNext(job(1));
    assertThat(status()).isEqualTo("DELTA_REPLICATION_IN_PROGRESS");
    world.pass(Duration.ofHours(1));
    world.publish(job(1), "ami-4");
    assertThat(status()).isEqualTo("DELTA_REPLICATED");
    assertThat(summary().get("latestReplicationTime").decimalValue())
        .isEqualByComparingTo("1795446000.25");
    world.fail(world.beginNext(job(2)), Job.State.ACTIVE, null);
    assertThat(status()).isEqualTo("DELTA_REPLICATION_FAILED");
    assertThat(message()).contains("s-00000003: stopped");
  }

  private void replicated() {
    start();
    for (int server = 0; server < 3; server++) {
      world.publish(job(server), "ami-" + server);
    }
    assertThat(status()).isEqualTo("REPLICATED");
  }

  @Test
  void startOnDemand_startsARunOfEachServer() {
    replicated();

    api.ok("StartOnDemandAppReplication", byId.replace("}", ", \"description\": \"delta\"}"));

    assertThat(status()).isEqualTo("DELTA_REPLICATION_IN_PROGRESS");
    for (int server = 0; server < 3; server++) {
      RunReference run = world.active(job(server));
      assertThat(world.run(run).description()).isEqualTo("delta");
    }
  }

  @Test
  void startOnDemand_whereNoServerMay_isRefusedWithTheReason() {
    assertThat(api.send("StartOnDemandAppReplication", byId).getBody())
        .contains("OperationNotPermittedException", "call StartAppReplication first");
    start();
    assertThat(api.send("StartOnDemandAppReplication", byId).getBody())
        .contains("OperationNotPermittedException", "is at work");
  }

  @Test
  void stop_deletesTheJobsAndKeepsTheImages() {
    replicated();

    api.ok("StopAppReplication", byId);

    assertThat(status()).isEqualTo("REPLICATION_STOPPED");
    assertThat(world.state.jobs().list().map(Job::state)).containsOnly(Job.State.DELETED);
    assertThat(summary().has("latestReplicationTime")).isTrue();
    api.ok("StopAppReplication", byId);
    List<JobId> before = world.state.jobs().list().map(Job::id).toList();
    api.ok("StartAppReplication", byId);
    assertThat(before).doesNotContain(job(0), job(1), job(2));
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
  }

  @Test
  void stop_whileRunsAreAtWork_isStoppingUntilTheyAreGone() {
    start();
    world.begin(job(0));

    api.ok("StopAppReplication", byId);

    assertThat(status()).isIn("REPLICATION_STOPPING", "REPLICATION_STOPPED");
    for (int server = 0; server < 3; server++) {
      JobId job = job(server);
      if (world.job(job).history().activeRunId() != null) {
        world.state.transaction().with(world.state.jobs().stop(world.active(job))).commit();
      }
      world.starter.advance(job, world.instant());
    }
    assertThat(status()).isEqualTo("REPLICATION_STOPPED");
  }

  @Test
  void stop_ofWhatWasNeverStarted_isRefused() {
    assertThat(api.send("StopAppReplication", byId).getBody())
        .contains("OperationNotPermittedException", "is not replicated");
  }

  /** The function died between the jobs and their names in the application. */
  @Test
  void stop_afterACrashOfTheStart_findsTheJobsThatTheApplicationDoesNotName() {
    start();
    AppId id = new AppId(appId);
    App app = world.state.apps().find(id).orElseThrow();
    world
        .state
        .transaction()
        .with(world.state.apps().replace(app.replicated(app.replication().with(List.of()))))
        .commit();
    assertThat(status()).isEqualTo("REPLICATION_PENDING");

    api.ok("StopAppReplication", byId);

    assertThat(world.state.jobs().list().map(Job::state))
        .isSubsetOf(Job.State.DELETING, Job.State.DELETED)
        .hasSize(3);
  }

  @Test
  void whileItIsReplicated_serversAndConfigurationStay() {
    start();

    assertThat(api.error("UpdateApp", "{\"appId\": \"%s\", \"serverGroups\": []}".formatted(appId)))
        .isEqualTo("OperationNotPermittedException");
    assertThat(
            api.error("PutAppReplicationConfiguration", configuration("\"frequency\": 1", SERVERS)))
        .isEqualTo("OperationNotPermittedException");
    assertThat(api.error("DeleteAppReplicationConfiguration", byId))
        .isEqualTo("OperationNotPermittedException");
    assertThat(api.ok("UpdateApp", byId.replace("}", ", \"name\": \"other\"}"))).isNotEmpty();
    assertThat(status()).isEqualTo("REPLICATION_IN_PROGRESS");
  }

  @Test
  void deleteApp_whileItIsReplicated_isForcedOnly() {
    start();

    assertThat(api.send("DeleteApp", byId).getBody())
        .contains("OperationNotPermittedException", "forceStopAppReplication");
    api.ok("DeleteApp", byId.replace("}", ", \"forceStopAppReplication\": true}"));

    assertThat(api.ok("ListApps", "{}").get("apps")).isEmpty();
    assertThat(world.state.jobs().list().map(Job::state))
        .isSubsetOf(Job.State.DELETING, Job.State.DELETED);
    assertThat(world.state.servers().list().map(Server::appId)).containsOnlyNulls();
    assertThat(world.raw.show("APP#" + appId, "REPLICATION")).as("nothing is left").isEmpty();
  }

  @Test
  void deleteApp_whoseJobsAreDone_needsNoForce() {
    configure("\"runOnce\": true");
    api.ok("StartAppReplication", byId);
    for (int server = 0; server < 3; server++) {
      JobId job = job(server);
      RunReference run = world.publish(job, "ami-" + server);
      world.jobEnd.finish(world.job(job), world.run(run), world.instant());
    }

    assertThat(api.ok("DeleteApp", byId)).isEmpty();
    assertThat(world.state.jobs().list().map(Job::state)).containsOnly(Job.State.COMPLETED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GetAppReplicationConfiguration",
        "DeleteAppReplicationConfiguration",
        "StartAppReplication",
        "StartOnDemandAppReplication",
        "StopAppReplication"
      })
  void operation_ofNoApplication_isRefused(String operation) {
    assertThat(api.error(operation, "{}")).isEqualTo("MissingRequiredParameterException");
    assertThat(api.error(operation, TestApi.quoted("appId", "app-00000000000000000")))
        .isEqualTo("InvalidParameterException");
  }
}
