package dev.drover.functions.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.RunEvent;
import dev.drover.functions.state.State;
import dev.drover.functions.world.World;
import dev.drover.protocol.RunId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

final class RunStoryTest {
  private static final RunId RUN = new RunId("sms-run-00000001");

  private final World world = new World();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final EventLog log = new EventLog(new PrintStream(logged, true, StandardCharsets.UTF_8));

  private EventLog story(State state) {
    return log.heardBy(new RunStory(state.stories(), world, log));
  }

  private List<RunEvent> told() {
    return world.state.stories().listAfter(RUN, "").toList();
  }

  @Test
  void events_ofARun_areKeptInTheirOrderWithWhatTheySay() {
    EventLog story = story(world.state);
    story.event("run-scheduled", Map.of("runId", RUN, "scheduledFor", world.instant()));
    world.pass(Duration.ofNanos(1));
    story.event("run-handed-over", Map.of("runId", RUN, "attempt", 1, "waitsFor", ""));

    assertThat(told())
        .containsExactly(
            new RunEvent(
                world.instant().minusNanos(1),
                "run-scheduled",
                Map.of("scheduledFor", world.instant().minusNanos(1).toString())),
            new RunEvent(world.instant(), "run-handed-over", Map.of("attempt", "1")));
  }

  @Test
  void events_ofSegmentsAndOfNoRun_areTheLogsOnly() {
    EventLog story = story(world.state);
    story.event("segment-applied", Map.of("runId", RUN));
    story.event("run-scheduled", Map.of("jobId", "sms-job-00000001"));

    assertThat(told()).isEmpty();
    assertThat(logged.toString(StandardCharsets.UTF_8)).contains("segment-applied");
  }

  @Test
  void event_veryLong_isCut() {
    story(world.state).event("attempt-failed", Map.of("runId", RUN, "reason", "x".repeat(5_000)));

    assertThat(told().getFirst().details().get("reason")).hasSize(1_001).endsWith("…");
  }

  /** What was to be told is in the log, and the run goes on. */
  @Test
  void event_tableRefuses_isLoggedOnly() {
    State refusing =
        new State(
            new DynamoDbClient() {
              @Override
              public PutItemResponse putItem(PutItemRequest request) {
                throw ProvisionedThroughputExceededException.builder().message("slow down").build();
              }

              @Override
              public String serviceName() {
                return "dynamodb";
              }

              @Override
              public void close() {}
            },
            "drover",
            new Random(1));

    story(refusing).event("run-failed", Map.of("runId", RUN, "code", "Operator"));

    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains("\"event\":\"run-failed\"")
        .contains("\"event\":\"story-not-kept\"");
  }
}
