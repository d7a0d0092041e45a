package dev.drover.local.simulation.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.local.simulation.fault.EventFaults;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.SqsException;

class QueuesTest {
  private final Simulation simulation =
      new Simulation(1, Instant.parse("2026-11-23T00:00:00Z"), Trace.off());
  private final Queues queues =
      new Queues(simulation, new EventFaults(Set.of(), simulation.newRandom()));
  private final String url =
      queues.create(
          "tasks", new Queues.Settings(Duration.ofMinutes(1), Duration.ofHours(1), 0, null));
  private final SimulatedSqs client = new SimulatedSqs(simulation, queues, new NoLine());

  @Test
  void receive_asManyInFlightAsThereMayBe_givesNoMore() {
    for (int i = 0; i <= Queues.MAX_IN_FLIGHT; i++) {
      var _ = queues.send(url, "message", Duration.ZERO, Map.of());
    }
    simulation.runUntil(simulation.instant().plusSeconds(1));

    assertThat(queues.receive(url, Integer.MAX_VALUE)).hasSize(Queues.MAX_IN_FLIGHT);
    assertThat(queues.receive(url, 10)).isEmpty();
    assertThat(queues.depth(url)).isEqualTo(Queues.MAX_IN_FLIGHT + 1);
  }

  @Test
  void sendMessage_moreThanAMessageMayHave_isRefused() {
    String most = "x".repeat(256 << 10);
    var _ = client.sendMessage(send -> send.queueUrl(url).messageBody(most));

    assertThatThrownBy(() -> client.sendMessage(send -> send.queueUrl(url).messageBody(most + "x")))
        .isInstanceOf(SqsException.class)
        .hasMessageContaining("262145");
  }

  @Test
  void receiveMessage_moreThanOneAnswerHas_isRefused() {
    assertThatThrownBy(
            () -> client.receiveMessage(receive -> receive.queueUrl(url).maxNumberOfMessages(11)))
        .isInstanceOf(SqsException.class)
        .hasMessageContaining("<= 10");
  }

  private record NoLine() implements Line {
    @Override
    public <T> T call(String service, String operation, String about, Supplier<T> action) {
      return action.get();
    }
  }
}
