package dev.drover.functions.api.drover;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.account.Instances;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.Volumes;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AuditOperationsTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  private APIGatewayProxyResponseEvent send(String operation, String body) {
    return api.sendDrover(operation, body);
  }

  private JsonNode ok(String operation, String body) {
    return api.okDrover(operation, body);
  }

  private JsonNode refused(String operation, String body) {
    APIGatewayProxyResponseEvent response = send(operation, body);
    assertThat(response.getStatusCode()).isEqualTo(400);
    return TestApi.json(response.getBody());
  }

  /** A snapshot of a run that failed for good. */
  private SnapshotId left() {
    JobId job = world.job().id();
    RunReference run = world.beginNext(job);
    world.fail(run, Job.State.ACTIVE, null);
    return started(job.value(), run.runId().value());
  }

  private SnapshotId started(String job, String run) {
    return world.ebs.start(null, Map.of(Snapshots.TAG_JOB, job, Snapshots.TAG_RUN, run));
  }

  @Test
  void audit_nothingLeft_saysWhatItDoesNotSee() {
    JsonNode answer = ok("Audit", "");

    assertThat(answer.get("leftovers")).isEmpty();
    assertThat(answer.has("nextToken")).isFalse();
    assertThat(answer.get("prices").asText()).isEqualTo("us-east-1, November 2026");
    assertThat(answer.get("notSeen").toString())
        .contains("Drover_V1.GetConnectors", "Other Regions", "dead letters", "lifecycle rules");
  }

  @Test
  void audit_snapshotOfAFailedRun_isShownWithReasonAgeSizeAndPrice() {
    SnapshotId snapshot = left();
    world.pass(Duration.ofHours(26));

    JsonNode left = ok("Audit", "{}").at("/leftovers/0");

    assertThat(left.get("leftoverId").asText()).isEqualTo("snapshot/" + snapshot);
    assertThat(left.get("kind").asText()).isEqualTo("snapshot");
    assertThat(left.get("reason").asText()).endsWith("made no AMI and is not resumed any more");
    assertThat(left.get("createdTime").asDouble()).isEqualTo(1_795_442_400.25);
    assertThat(left.get("ageHours").asInt()).isEqualTo(26);
    assertThat(left.get("sizeIs").asText()).isEqualTo("atMost");
    assertThat(left.get("monthlyDollars").isNumber()).isTrue();
    assertThat(left.get("removal").asText()).isEqualTo("automatic");
  }

  @Test
  void audit_volumeThatNoInstanceHas_isShownAndGoesOnRequestOnly() {
    world.volumes.add(volume("vol-00000000000000001", true));
    world.volumes.add(volume("vol-00000000000000002", false));

    JsonNode left = ok("Audit", "{}").get("leftovers");

    assertThat(left.findValuesAsText("leftoverId")).containsExactly("volume/vol-00000000000000001");
    assertThat(left.at("/0/reason").asText()).contains("app-0123456789abcdef0", "terminated");
    assertThat(left.at("/0/monthlyDollars").asDouble()).isEqualTo(0.64);
    assertThat(left.at("/0/removal").asText()).isEqualTo("onRequest");
    String id = TestApi.quoted("leftoverId", "volume/vol-00000000000000001");
    assertThat(ok("RemoveLeftovers", id).get("removed")).hasSize(1);
    assertThat(world.volumes.find("vol-00000000000000001")).isEmpty();
    assertThat(
            refused("RemoveLeftovers", TestApi.quoted("leftoverId", "volume/vol-00000000000000002"))
                .get("__type")
                .asText())
        .isEqualTo("LeftoverNotFoundException");
  }

  @Test
  void audit_instanceOfADeletedApplication_isShownAndTerminatedOnRequest() {
    AppId gone = new AppId("app-0123456789abcdef0");
    world.state.transaction().with(world.state.ids().take(gone)).commit();
    world.instances.launched.add(instance("i-00000000000000001", gone.value()));
    world.instances.launched.add(instance("i-00000000000000002", "app-00000000000000000"));

    JsonNode left = ok("Audit", "{}").get("leftovers");

    assertThat(left.findValuesAsText("leftoverId"))
        .containsExactly("instance/i-00000000000000001", "instance/i-00000000000000002");
    assertThat(left.findValuesAsText("removal")).containsExactly("onRequest", "byHand");
    assertThat(left.at("/0/reason").asText())
        .isEqualTo(
            "application app-0123456789abcdef0 was deleted; what this t3.small costs is not counted");
    String one = TestApi.quoted("leftoverId", "instance/i-00000000000000001");
    assertThat(ok("RemoveLeftovers", one).get("removed")).hasSize(1);
    assertThat(world.instances.launched)
        .extracting(Instances.Launched::id)
        .containsExactly("i-00000000000000002");
  }

  @Test
  void audit_instanceThatItsStackHasNoMore_isShownOnceNothingIsAtWork() {
    String appId = api.ok("CreateApp", "{}").at("/appSummary/appId").asText();
    world.instances.launched.add(instance("i-00000000000000001", appId));
    world.instances.launched.add(instance("i-00000000000000002", appId));
    world.stacks.resources.put("Server00000001", "i-00000000000000001");

    JsonNode left = ok("Audit", "{}").get("leftovers");

    assertThat(left.findValuesAsText("leftoverId")).containsExactly("instance/i-00000000000000002");
    assertThat(left.at("/0/reason").asText())
        .startsWith("stack sms-" + appId + " of its application has it no more");
    App app = world.state.apps().find(new AppId(appId)).orElseThrow();
    world
        .state
        .transaction()
        .with(
            world
                .state
                .apps()
                .replace(app.launched(app.launch().next(App.LaunchStage.PENDING, false))))
        .commit();
    assertThat(ok("Audit", "{}").get("leftovers")).isEmpty();
  }

  private Instances.Launched instance(String id, String appId) {
    return new Instances.Launched(id, "t3.small", world.instant(), Map.of(Volumes.TAG_APP, appId));
  }

  private Volumes.Description volume(String id, boolean isFree) {
    return new Volumes.Description(
        id, isFree, 8, "gp3", world.instant(), Map.of(Volumes.TAG_APP, "app-0123456789abcdef0"));
  }

  @Test
  void remove_one_isGoneAndTheSecondTimeThereIsNone() {
    String one = TestApi.quoted("leftoverId", "snapshot/" + left());

    assertThat(ok("RemoveLeftovers", one).at("/removed").toString()).contains("snapshot/");

    assertThat(world.ebs.existing()).isEmpty();
    JsonNode refusal = refused("RemoveLeftovers", one);
    assertThat(refusal.get("__type").asText()).isEqualTo("LeftoverNotFoundException");
    assertThat(refusal.get("message").asText()).contains("Drover_V1.Audit lists what is left.");
    assertThat(world.log()).contains("leftover-removed", "arn:aws:iam::000000000000:user/ops");
  }

  @Test
  void remove_whatIsWantedOrNeverWas_isNoLeftover() {
    String schedule = world.job().id() + "." + world.schedule.standing.keySet();
    for (String id :
        List.of("schedule/" + schedule, "snapshot/snap-1", "snapshot/x", "nothing", "staging/a")) {
      assertThat(
              refused("RemoveLeftovers", TestApi.quoted("leftoverId", id)).get("__type").asText())
          .isEqualTo("LeftoverNotFoundException");
    }
    assertThat(world.schedule.standing).hasSize(1);
  }

  @Test
  void remove_whatIsAnotherStacks_saysWhoMay() {
    SnapshotId foreign = started("sms-job-0000ffff", "sms-run-0000ffff");

    JsonNode refusal =
        refused("RemoveLeftovers", TestApi.quoted("leftoverId", "snapshot/" + foreign));

    assertThat(refusal.get("__type").asText()).isEqualTo("OperationNotPermittedException");
    assertThat(refusal.get("message").asText())
        .contains("this stack knows no run sms-run-0000ffff", "in its own service");
    assertThat(ok("RemoveLeftovers", "{\"all\": true}").get("left")).hasSize(1);
    assertThat(world.ebs.existing()).containsExactly(foreign);
  }

  @Test
  void remove_all_tellsWhatWentAndWhatStays() {
    left();
    world.ebs.use(started("sms-job-0000ffff", "sms-run-0000ffff"));

    JsonNode answer = ok("RemoveLeftovers", "{\"all\": true}");

    assertThat(answer.get("removed")).hasSize(1);
    assertThat(answer.at("/left/0/leftoverId").asText()).startsWith("snapshot/");
    assertThat(answer.has("nextToken")).isFalse();
    assertThat(ok("RemoveLeftovers", "{\"all\": true}").get("removed")).isEmpty();
  }

  @Test
  void requests_thatAreWrong_areRefusedWithTheNextStep() {
    assertThat(refused("RemoveLeftovers", "{}").get("message").asText())
        .isEqualTo(
            "Say which leftover is to be removed: leftoverId as Drover_V1.Audit names it, or all.");
    assertThat(refused("RemoveLeftovers", "{\"leftoverId\": \"a\", \"all\": true}").toString())
        .contains("InvalidParameterException");
    assertThat(refused("RemoveLeftovers", "{\"al\": true}").toString()).contains("'al'");
    assertThat(refused("RemoveLeftovers", "{\"all\": \"yes\"}").toString())
        .contains("SerializationException");
    assertThat(refused("Audit", "{\"maxResults\": 3}").toString()).contains("'maxResults'");
    assertThat(refused("Audit", "{\"nextToken\": \"x\"}").toString())
        .contains("InvalidParameterException");
  }
}
