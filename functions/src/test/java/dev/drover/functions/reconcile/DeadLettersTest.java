package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.InMemoryQueues;
import dev.drover.functions.world.World;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeadLettersTest {
  private final World world = World.withServer();
  private final String deadReports = world.queues.create("reports-dead");
  private final String deadSegments = world.queues.create("segments-" + World.SITE + "-dead");
  private final String deadTasks =
      world.queues.create(World.TASK_QUEUES + World.CONNECTOR + "-dead");
  private final String failedCalls = world.queues.create("failed-calls");
  private final DeadLetters letters =
      new DeadLetters(
          world.state,
          world.queues,
          new DeadLetters.Names(
              "segments-", World.TASK_QUEUES, world.reportQueueUrl, deadReports, failedCalls),
          world.eventLog);

  @Test
  void read_newsOfSegmentsAndReports_isSentAgain() {
    world.queues.send(deadSegments, "a segment", 0, Map.of("droverTimes", 7L));
    world.queues.send(deadReports, "a report", 0, Map.of());

    assertThat(letters.read()).isEqualTo(new DeadLetters.Count(2, 0, 0));

    assertThat(world.queues.take())
        .containsExactlyInAnyOrder(
            new InMemoryQueues.Sent(
                world.segmentQueueUrl, "a segment", 0, Map.of("droverRedriven", 1L)),
            new InMemoryQueues.Sent(
                world.reportQueueUrl, "a report", 0, Map.of("droverRedriven", 1L)));
  }

  @Test
  void read_whatFailedAgainAndAgain_isLeftForPeopleAndToldEachTime() {
    world.queues.send(deadReports, "poison", 0, Map.of("droverRedriven", 3L));

    for (int hour = 1; hour <= 2; hour++) {
      assertThat(letters.read()).isEqualTo(new DeadLetters.Count(0, 1, 0));
      world.queues.showAgain();
    }

    assertThat(world.queues.bodies("reports-dead")).containsExactly("poison");
    assertThat(world.log()).contains("dead-letter-left", "poison");
  }

  @Test
  void read_more_thanOneReceiveGives_takesAll() {
    for (int i = 0; i < 25; i++) {
      world.queues.send(deadSegments, "segment " + i, 0, Map.of());
    }

    assertThat(letters.read().redriven()).isEqualTo(25);
    assertThat(world.queues.count(deadSegments)).isZero();
  }

  /** The token of a task may be another's by now, and is no business of the log. */
  @Test
  void read_taskOfAConnector_isToldWithoutItsTokenAndTakenOut() {
    world.queues.send(
        deadTasks,
        "{\"type\": \"replicate\", \"runId\": \"sms-run-1\", \"taskToken\": \"geheim\"}",
        0,
        Map.of());

    assertThat(letters.read()).isEqualTo(new DeadLetters.Count(0, 0, 1));

    assertThat(world.queues.take()).isEmpty();
    assertThat(world.log())
        .contains("dead-task", "replicate", "sms-run-1", World.CONNECTOR.value())
        .doesNotContain("geheim");
  }

  @Test
  void read_callThatLambdaGaveUp_isToldAndTakenOut() {
    world.queues.send(
        failedCalls,
        """
        {"requestContext": {"functionArn": "arn:…:Drover-EndRun:live", "condition": "RetriesExhausted"},
         "responsePayload": {"errorType": "TransientException", "errorMessage": "try later"}}
        """,
        0,
        Map.of());
    world.queues.send(failedCalls, "no JSON", 0, Map.of());

    assertThat(letters.read()).isEqualTo(new DeadLetters.Count(0, 0, 2));

    assertThat(world.queues.take()).isEmpty();
    assertThat(world.log()).contains("dead-call", "Drover-EndRun", "try later");
  }
}
