package dev.drover.functions.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.World;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class GaugesTest {
  private final World world = World.withServer();
  private final Gauges gauges =
      new Gauges(world.state, world.admission, "Drover", world, world.eventLog);

  private JsonNode told() throws IOException {
    gauges.tell();
    return new JsonMapper().readTree(world.log().lines().toList().getLast());
  }

  @Test
  void tell_isOneLineInCloudWatchsFormat() throws IOException {
    JsonNode line = told();

    assertThat(line.get("event").asText()).isEqualTo("metrics");
    assertThat(line.get("Stack").asText()).isEqualTo("Drover");
    assertThat(line.at("/_aws/Timestamp").asLong()).isEqualTo(world.instant().toEpochMilli());
    JsonNode directive = line.at("/_aws/CloudWatchMetrics/0");
    assertThat(directive.get("Namespace").asText()).isEqualTo("Drover");
    assertThat(directive.at("/Dimensions/0/0").asText()).isEqualTo("Stack");
    assertThat(directive.get("Metrics"))
        .extracting(metric -> metric.get("Name").asText())
        .containsExactlyInAnyOrderElementsOf(Gauges.NAMES);
    assertThat(directive.get("Metrics"))
        .allSatisfy(
            metric -> assertThat(line.get(metric.get("Name").asText()).isNumber()).isTrue());
  }

  @Test
  void tell_runAtWork_isCountedWithItsPendingSnapshots() throws IOException {
    RunReference run = world.begin(world.hourlyJob(Duration.ZERO).id());

    assertThat(told().get("RunsAtWork").asLong()).isEqualTo(1);
    assertThat(told().get("PendingSnapshotsReserved").asLong()).isPositive();
    assertThat(told().get("RunsStalled").asLong()).isZero();

    world
        .state
        .runs()
        .handOver(world.run(run).counted(0, world.instant()), World.CONNECTOR, 1, null);
    world.pass(Duration.ofMinutes(59));
    assertThat(told().get("RunsStalled").asLong()).isZero();
    world.pass(Duration.ofMinutes(2));
    assertThat(told().get("RunsStalled").asLong()).isEqualTo(1);
  }

  @Test
  void tell_connectorThatIsSilent_isMissing() throws IOException {
    assertThat(told().get("ConnectorsHealthy").asLong()).isEqualTo(1);
    assertThat(told().get("ConnectorsMissing").asLong()).isZero();

    world.pass(Connector.HEALTHY_WITHIN);

    assertThat(told().get("ConnectorsHealthy").asLong()).isZero();
    assertThat(told().get("ConnectorsMissing").asLong()).isEqualTo(1);
  }

  @Test
  void tell_runThatWaits_saysHowLong() throws IOException {
    Job job = world.hourlyJob(Duration.ofHours(1));
    world.pass(Duration.ofHours(1));
    world.starter.advance(job.id(), world.instant());
    world.pass(Duration.ofMinutes(7));

    assertThat(told().get("RunsWaiting").asLong()).isEqualTo(1);
    assertThat(told().get("LongestWaitMinutes").asLong()).isEqualTo(7);
    assertThat(told().get("RunsAtWork").asLong()).isZero();
  }
}
