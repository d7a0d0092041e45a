package dev.drover.functions.api.drover;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.functions.api.edge.TestApi;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunOperationsTest {
  private final TestApi api = new TestApi();
  private final World world = api.world;

  private APIGatewayProxyResponseEvent send(String body) {
    return api.send(
        TestApi.event(Map.of("X-Amz-Target", "Drover_V1.GetReplicationRunHistory"), body));
  }

  private JsonNode history(String body) {
    APIGatewayProxyResponseEvent response = send(body);
    assertThat(response.getStatusCode()).as(response.getBody()).isEqualTo(200);
    return TestApi.json(response.getBody());
  }

  private JsonNode historyOf(String runId) {
    return history(TestApi.quoted("replicationRunId", runId));
  }

  private static List<String> events(JsonNode history) {
    return history.get("events").findValuesAsText("event");
  }

  /** A run that someone asked for, after the job's first one. */
  private String askedFor() {
    JobId jobId = new JobId(api.createJob());
    world.publish(jobId, "ami-1");
    world.pass(Duration.ofHours(1));
    return api.ok("StartOnDemandReplicationRun", TestApi.quoted("replicationJobId", jobId.value()))
        .get("replicationRunId")
        .asText();
  }

  @Test
  void history_runThatSomeoneAskedFor_saysWhoAndWhatForItWaits() {
    JsonNode history = historyOf(askedFor());

    assertThat(events(history)).startsWith("run-asked-for", "run-asks-for-its-turn");
    assertThat(history.at("/events/0/details/by").asText())
        .isEqualTo("arn:aws:iam::000000000000:user/ops");
    assertThat(history.at("/events/0/time").asText()).isNotEmpty();
  }

  @Test
  void history_runOfADeletedJob_isStillThere() {
    JobId jobId = new JobId(api.createJob());
    var _ = world.publish(jobId, "ami-1");
    String runId = world.state.runs().list(jobId).findFirst().orElseThrow().id().value();
    List<String> before = events(historyOf(runId));
    api.ok("DeleteReplicationJob", TestApi.quoted("replicationJobId", jobId.value()));

    assertThat(events(historyOf(runId))).startsWith(before.toArray(String[]::new));
  }

  @Test
  void history_moreThanAPage_goesOnWithTheToken() {
    String runId = askedFor();
    JsonNode whole = historyOf(runId);
    JsonNode first = history("{\"replicationRunId\": \"%s\", \"maxResults\": 1}".formatted(runId));
    JsonNode rest =
        history(
            "{\"replicationRunId\": \"%s\", \"nextToken\": \"%s\"}"
                .formatted(runId, first.get("nextToken").asText()));

    assertThat(events(first)).containsExactly(events(whole).getFirst());
    assertThat(events(rest)).isEqualTo(events(whole).subList(1, events(whole).size()));
    assertThat(rest.has("nextToken")).isFalse();
  }

  @Test
  void history_ofNoRun_saysSo() {
    for (String id : List.of("sms-run-00000077", "nonsense")) {
      APIGatewayProxyResponseEvent response = send(TestApi.quoted("replicationRunId", id));
      assertThat(response.getStatusCode()).isEqualTo(400);
      assertThat(response.getBody())
          .contains("InvalidParameterException")
          .contains("Nothing is known of a replication run " + id);
    }
    assertThat(send("{}").getBody()).contains("replicationRunId is required.");
    assertThat(send("{\"runId\": \"x\"}").getBody()).contains("There is no parameter 'runId'");
  }
}
