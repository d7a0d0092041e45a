package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.CONNECTOR;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.SITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ConnectorsTest {
  private static final Connector.Registration REGISTRATION =
      new Connector.Registration("1.2", "folder", "10.0.0.5", "00:11", List.of("VSPHERE"), NOW);

  private final Sample sample = new Sample();
  private final Connectors connectors = sample.state.connectors();

  private static ReportOrigin origin(ConnectorId id, long sequence) {
    return new ReportOrigin(SITE, id, sequence, NOW);
  }

  private static ReportOrigin origin(long sequence) {
    return origin(CONNECTOR, sequence);
  }

  private boolean register(long sequence, String version, @Nullable String address, Instant now) {
    return connectors.register(
        new Report.Registration(
            1,
            origin(sequence),
            List.of(1),
            version,
            "folder",
            address,
            "00:11",
            List.of("VSPHERE")),
        now);
  }

  private Connector now() {
    return connectors.find(CONNECTOR).orElseThrow();
  }

  @Test
  void register_first_isReadAsItWas() {
    assertThat(connectors.find(CONNECTOR)).isEmpty();
    assertThat(register(3, "1.2", "10.0.0.5", NOW)).isTrue();
    assertThat(now()).isEqualTo(new Connector(CONNECTOR, SITE, REGISTRATION, null, -1, false));
    assertThat(sample.raw.show("CONNECTOR", CONNECTOR.value()))
        .isEqualTo(
            Map.of(
                "pk", "S:CONNECTOR",
                "sk", "S:" + CONNECTOR,
                "environment", "S:site",
                "registrationSequence", "N:3",
                "version", "S:1.2",
                "sourceType", "S:folder",
                "ipAddress", "S:10.0.0.5",
                "macAddress", "S:00:11",
                "capabilities", "L:[S:VSPHERE]",
                "associatedOn", "N:1795442400250"));
  }

  @Test
  void register_newer_keepsWhenItFirstCame() {
    register(3, "1.2", "10.0.0.5", NOW);
    assertThat(register(3, "1.3", null, NOW)).isFalse();
    assertThat(register(2, "1.3", null, NOW)).isFalse();
    assertThat(register(4, "1.3", null, NOW.plusSeconds(1))).isTrue();
    assertThat(now().registration())
        .isEqualTo(
            new Connector.Registration("1.3", "folder", null, "00:11", List.of("VSPHERE"), NOW));
  }

  @Test
  void see_newer_livesSinceThen() {
    assertThat(connectors.see(origin(1), NOW)).isTrue();
    assertThat(connectors.see(origin(1), NOW.plusSeconds(1))).isFalse();
    assertThat(now()).isEqualTo(new Connector(CONNECTOR, SITE, null, NOW, -1, false));
    assertThat(connectors.see(origin(2), NOW.plusSeconds(2))).isTrue();
    assertThat(now().lastSeen()).isEqualTo(NOW.plusSeconds(2));
  }

  @Test
  void register_afterALaterStatus_isStillTaken() {
    connectors.see(origin(9), NOW);
    assertThat(register(1, "1.2", null, NOW)).isTrue();
  }

  @Test
  void inventoried_newer_isRemembered() {
    assertThat(connectors.inventoried(origin(5))).isTrue();
    assertThat(connectors.inventoried(origin(5))).isFalse();
    assertThat(now().inventorySequence()).isEqualTo(5);
  }

  @Test
  void list_several_areAscendingAndAfterWhatIsNamed() {
    ConnectorId other = ConnectorId.declared(SITE, "site-2");
    connectors.see(origin(1), NOW);
    connectors.see(origin(other, 1), NOW);
    List<String> ids = List.of(CONNECTOR.value(), other.value()).stream().sorted().toList();
    assertThat(connectors.list())
        .extracting(connector -> connector.id().value())
        .containsExactlyElementsOf(ids);
    assertThat(connectors.listAfter(ids.getFirst()))
        .extracting(connector -> connector.id().value())
        .containsExactly(ids.getLast());
  }

  @Test
  void isHealthy_registeredAndHeardOf_untilFiveMinutesLater() {
    Connector connector = new Connector(CONNECTOR, SITE, REGISTRATION, NOW, 0, false);
    Instant tooLate = NOW.plus(Connector.HEALTHY_WITHIN);
    assertThat(connector.isHealthy(tooLate.minusMillis(1))).isTrue();
    assertThat(connector.isHealthy(tooLate)).isFalse();
    assertThat(new Connector(CONNECTOR, SITE, null, NOW, 0, false).isHealthy(NOW)).isFalse();
    assertThat(new Connector(CONNECTOR, SITE, REGISTRATION, null, 0, false).isHealthy(NOW))
        .isFalse();
    assertThat(new Connector(CONNECTOR, SITE, REGISTRATION, NOW, 0, true).isHealthy(NOW)).isFalse();
  }
}
