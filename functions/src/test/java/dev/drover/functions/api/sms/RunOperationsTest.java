package dev.drover.functions.api.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.JobId;
import dev.drover.protocol.RunAttempt;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RunOperationsTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  @Test
  void getReplicationRuns_areNewestFirstAndPaged() {
    JobId jobId = new JobId(api.createJob());
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
  void getReplicationRuns_runThatWaits_saysWhatFor() {
    JobId jobId = new JobId(api.createJob());
    Run run = world.run(world.begin(jobId));
    world.state.runs().handOver(run, World.CONNECTOR, 1, "All slots are busy.");

    assertThat(
            api.ok("GetReplicationRuns", TestApi.quoted("replicationJobId", jobId.value()))
                .at("/replicationRunList/0/statusMessage")
                .asText())
        .isEqualTo("All slots are busy.");
  }

  @Test
  void getReplicationRuns_connectorOfTheRunIsGone_saysForWhomItWaitsAndSinceWhen() {
    JobId jobId = new JobId(api.createJob());
    Run run = world.run(world.begin(jobId));
    world.state.runs().handOver(run, World.CONNECTOR, 1, null);
    world.state.runs().reach(run.reference(), Run.Stage.UPLOADING);
    assertThat(statusMessage(jobId)).isEmpty();

    world.pass(Connector.HEALTHY_WITHIN);
    assertThat(statusMessage(jobId))
        .isEqualTo(
            "The run waits for connector "
                + World.CONNECTOR
                + " of environment site, last heard of at 2026-11-23T14:00:00Z: start it, or see"
                + " that it runs and reaches AWS.");

    world.see(World.CONNECTOR);
    assertThat(statusMessage(jobId)).as("it is back").isEmpty();
  }

  @Test
  void getReplicationRuns_runWhoseTurnHasNotCome_saysItsPlaceAndWhatFor() {
    JobId jobId = new JobId(api.createJob());
    world.publish(jobId, "ami-1");
    world.pass(Duration.ofHours(12));
    world.starter.advance(jobId, world.instant());
    assertThat(statusMessage(jobId))
        .isEqualTo(
            "Waits for its turn since "
                + world.instant().truncatedTo(ChronoUnit.SECONDS)
                + ", place 1 of 1: no connector of environment site is healthy.");
    assertThat(
            api.ok("GetReplicationJobs", TestApi.quoted("replicationJobId", jobId.value()))
                .at("/replicationJobList/0/replicationRunList/0/statusMessage")
                .asText())
        .startsWith("Waits for its turn");

    world.see(World.CONNECTOR);
    world.starter.startAdmitted();
    assertThat(statusMessage(jobId)).isEmpty();
  }

  @Test
  void getReplicationRuns_zerosTakeLong_saysSoUntilThereIsMoreToSay() {
    JobId jobId = world.job().id();
    RunReference run = world.beginNext(jobId);
    world.raw.set("JOB#" + jobId, "RUN#" + run.runId(), "zeros", "They take long.");
    assertThat(statusMessage(jobId)).isEqualTo("They take long.");

    world.raw.set("JOB#" + jobId, "RUN#" + run.runId(), "waitsFor", "It waits.");
    assertThat(statusMessage(jobId)).isEqualTo("It waits.");
  }

  @Test
  void getRuns_noRoomForASnapshot_saysWhatEbsSaid() {
    JobId jobId = new JobId(api.createJob());
    RunReference run = world.begin(jobId);
    world.state.runs().handOver(world.run(run), World.CONNECTOR, 1, "All slots are busy.");
    RunAttempt at = new RunAttempt(jobId, run.runId(), 1);
    world.state.runs().waitForRoom(at, "EBS starts no snapshot now.");
    assertThat(statusMessage(jobId)).isEqualTo("EBS starts no snapshot now.");
    world.state.runs().waitForRoom(at, null);
    assertThat(statusMessage(jobId)).isEqualTo("All slots are busy.");
  }

  @Test
  void getRuns_copiedWholeAndCorruptSegments_areSaidBesideWhatItWaitsForAndAfterwards() {
    JobId jobId = new JobId(api.createJob());
    RunReference run = world.begin(jobId);
    world.state.runs().handOver(world.run(run), World.CONNECTOR, 1, null);
    Run.Opening opening = new Run.Opening(world.generation("vm-1"), Firmware.BIOS, 1, 1);
    world
        .state
        .transaction()
        .with(
            world
                .state
                .runs()
                .open(
                    new RunAttempt(jobId, run.runId(), 1),
                    null,
                    opening,
                    "Copied whole: the disk shrank.",
                    Set.of("disk 'b.img'", "disk 'a.img'")))
        .commit();
    world.state.runs().corrupt(run, 2);
    String remarks =
        "Copied whole: the disk shrank. Not in this copy, because the server has them no longer:"
            + " disk 'a.img', disk 'b.img'. Segments that came corrupt, were not written and were"
            + " asked for again: 2.";
    assertThat(statusMessage(jobId)).isEqualTo(remarks);

    world.state.runs().waitForRoom(new RunAttempt(jobId, run.runId(), 1), "It waits.");
    assertThat(statusMessage(jobId)).isEqualTo("It waits. " + remarks);

    world
        .state
        .transaction()
        .with(world.state.runs().publish(run, "ami-1", "Done", world.instant()))
        .commit();
    assertThat(statusMessage(jobId)).isEqualTo("Done. " + remarks);
  }

  private String statusMessage(JobId jobId) {
    return api.ok("GetReplicationRuns", TestApi.quoted("replicationJobId", jobId.value()))
        .at("/replicationRunList/0/statusMessage")
        .asText();
  }

  @Test
  void startOnDemand_errors_areSmsOwn() {
    String job = TestApi.quoted("replicationJobId", api.createJob());
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
    assertThat(
            api.error(
                "StartOnDemandReplicationRun",
                "{\"replicationJobId\": \"%s\", \"description\": \"\\u001b[31m\"}"
                    .formatted(jobId)))
        .isEqualTo("InvalidParameterException");
    assertThat(api.error("StartOnDemandReplicationRun", TestApi.quoted("replicationJobId", "nope")))
        .isEqualTo("ReplicationJobNotFoundException");
  }
}
