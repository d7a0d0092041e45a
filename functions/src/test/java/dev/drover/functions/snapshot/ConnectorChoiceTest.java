package dev.drover.functions.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Connector;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ConnectorChoiceTest {
  private static final EnvironmentName SITE = new EnvironmentName("site");
  private static final Instant NOW = Instant.parse("2026-11-23T14:00:00Z");
  private static final ConnectorId ONE = ConnectorId.declared(SITE, "one");
  private static final ConnectorId TWO = ConnectorId.declared(SITE, "two");
  private static final RunId RUN = new RunId("sms-run-00000001");

  private static Connector connector(
      ConnectorId id, Duration silent, Connector.Condition condition, int tasks) {
    return new Connector(
        id,
        SITE,
        new Connector.Registration("1", "folder", null, null, List.of(), NOW),
        new Connector.Arrival(NOW.minus(silent), Duration.ZERO),
        new Connector.Load(2, Math.min(2, tasks), Math.max(0, tasks - 2)),
        condition,
        Connector.Processes.NONE,
        null,
        false);
  }

  private static Connector good(ConnectorId id, int tasks) {
    return connector(id, Duration.ZERO, Connector.Condition.GOOD, tasks);
  }

  private static ConnectorId chosen(
      @Nullable ConnectorId current, @Nullable ConnectorId indexed, Connector... connectors) {
    return new ConnectorChoice(RUN, SITE, current, indexed, Set.of(ONE, TWO))
        .among(List.of(connectors), NOW)
        .orElseThrow()
        .id();
  }

  @Test
  void among_unhealthyOne_isNotTakenWhileAHealthyOneIsThere() {
    Connector well = good(TWO, 9);
    List<Connector> sick =
        List.of(
            connector(ONE, Connector.HEALTHY_WITHIN, Connector.Condition.GOOD, 0),
            connector(ONE, Duration.ZERO, new Connector.Condition(4, "4 reads hang", false), 0),
            connector(ONE, Duration.ZERO, new Connector.Condition(0, null, true), 0),
            connector(ONE, Duration.ZERO, new Connector.Condition(1, null, false), 0));
    for (Connector each : sick) {
      assertThat(chosen(ONE, ONE, each, well)).isEqualTo(TWO);
      assertThat(chosen(ONE, ONE, each)).as("one is better than none").isEqualTo(ONE);
    }
  }

  @Test
  void among_healthyOnes_theRunsOwnThenTheBasesThenTheIdler() {
    assertThat(chosen(ONE, TWO, good(ONE, 9), good(TWO, 0))).isEqualTo(ONE);
    assertThat(chosen(null, ONE, good(ONE, 9), good(TWO, 0))).isEqualTo(ONE);
    assertThat(chosen(null, null, good(ONE, 9), good(TWO, 0))).isEqualTo(TWO);
    assertThat(chosen(null, null, good(ONE, 0), good(TWO, 9))).isEqualTo(ONE);
  }

  @Test
  void among_equals_manyRunsAreSpread() {
    Set<ConnectorId> taken = new HashSet<>();
    List<Connector> equals = new ArrayList<>(List.of(good(ONE, 0), good(TWO, 0)));
    for (int i = 0; i < 20; i++) {
      RunId run = new RunId(String.format("sms-run-%08x", i));
      ConnectorChoice choice = new ConnectorChoice(run, SITE, null, null, Set.of(ONE, TWO));
      taken.add(choice.among(equals, NOW).orElseThrow().id());
    }
    assertThat(taken).containsExactlyInAnyOrder(ONE, TWO);
  }

  @Test
  void among_whoNeverReportedTheServer_comesLast() {
    ConnectorChoice choice = new ConnectorChoice(RUN, SITE, null, null, Set.of(ONE));
    Connector silent = connector(ONE, Connector.HEALTHY_WITHIN, Connector.Condition.GOOD, 0);
    assertThat(choice.among(List.of(silent, good(TWO, 0)), NOW).orElseThrow().id()).isEqualTo(ONE);
  }
}
