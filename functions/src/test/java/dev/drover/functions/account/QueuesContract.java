package dev.drover.functions.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.message.ConnectorTask;
import dev.drover.protocol.message.MessageJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link Queues} promises, and {@link ConnectorQueues} over it. */
public abstract class QueuesContract extends PortContract {
  private final String name = "contract-" + unique();

  /** The queues under test. */
  protected abstract Queues queues();

  /** Makes a queue; tells its address. */
  protected abstract String create(String queueName);

  /** A message that came out of a queue. */
  public record Received(String body, Map<String, Long> numbers) {
    /** Copies the attributes. */
    public Received {
      numbers = Map.copyOf(numbers);
    }
  }

  /** Takes what is in a queue; at most ten, and at least one when one was sent. */
  protected abstract List<Received> receive(String queueUrl);

  @Test
  void findUrl_ofAQueue_isItsAddress() {
    String url = create(name);

    assertThat(queues().findUrl(name)).contains(url);
  }

  @Test
  void findUrl_noSuchQueue_isEmpty() {
    assertThat(queues().findUrl(name)).isEmpty();
  }

  @Test
  void send_arrivesWithItsNumbers() {
    String url = create(name);

    queues().send(url, "{\"a\":1}", 0, Map.of("times", 3L, "sinceMillis", Long.MAX_VALUE));

    assertThat(receive(url))
        .containsExactly(
            new Received("{\"a\":1}", Map.of("times", 3L, "sinceMillis", Long.MAX_VALUE)));
  }

  @Test
  void count_visibleAndDelayed_isBoth() {
    String url = create(name);
    assertThat(queues().count(url)).isZero();

    queues().send(url, "x", 0, Map.of());
    queues().send(url, "y", Queues.MAX_DELAY_SECONDS, Map.of());

    assertThat(queues().count(url)).isEqualTo(2);
  }

  @Test
  void receive_whatWasSent_isThereUntilItIsDeletedAndInvisibleMeanwhile() {
    String url = create(name);
    assertThat(queues().receive(url)).isEmpty();
    queues().send(url, "x", 0, Map.of("times", 2L));

    List<Queues.Received> first = queues().receive(url);
    assertThat(first).hasSize(1);
    assertThat(first.getFirst().body()).isEqualTo("x");
    assertThat(first.getFirst().numbers()).containsEntry("times", 2L);
    assertThat(queues().receive(url)).isEmpty();

    queues().delete(url, first.getFirst().receipt());
    assertThat(queues().count(url)).isZero();
    queues().delete(url, first.getFirst().receipt());
  }

  @Test
  void send_noSuchQueue_isRefused() {
    String url = create(name).replace(name, name + "-not");

    assertThatThrownBy(() -> queues().send(url, "x", 0, Map.of()))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void send_longerDelayThanSqsHas_isRefused() {
    requireNo(Weakness.DELAYS_WITHOUT_LIMIT);
    String url = create(name);

    assertThatThrownBy(() -> queues().send(url, "x", Queues.MAX_DELAY_SECONDS + 1, Map.of()))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void sendToConnector_goesToTheQueueOfItsNameIfThereIsOne() {
    ConnectorId declared = ConnectorId.declared(new EnvironmentName("site"), name);
    ConnectorId gone = ConnectorId.declared(new EnvironmentName("site"), name + "-gone");
    String url = create(name + "-" + declared);
    ConnectorQueues connectors = new ConnectorQueues(queues(), name + "-");
    ConnectorTask task =
        new ConnectorTask.TakeInventory(1, "message-1", new EnvironmentName("site"));

    assertThat(connectors.url(declared)).contains(url);
    assertThat(connectors.send(declared, task)).isTrue();
    assertThat(receive(url)).containsExactly(new Received(MessageJson.writeText(task), Map.of()));
    assertThat(connectors.url(gone)).isEmpty();
    assertThat(connectors.send(gone, task)).isFalse();
  }
}
