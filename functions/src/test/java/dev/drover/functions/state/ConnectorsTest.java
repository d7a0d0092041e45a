package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.CONNECTOR;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.SITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ConnectorsTest {
  private static final Connector.Registration REGISTRATION =
      new Connector.Registration("1.2", "folder", "10.0.0.5", "00:11", List.of("VSPHERE"), NOW);

  private static final Connector.Problems NO_PROBLEMS = Connector.Problems.of(List.of());

  private final Sample sample = new Sample();
  private final Connectors connectors = sample.state.connectors();

  private static Report.Status status(ConnectorId id, long sequence, Instant siteTime) {
    return new Report.Status(1, new ReportOrigin(SITE, id, sequence, siteTime), 2, 1, 5);
  }

  private static Report.Status status(long sequence) {
    return status(CONNECTOR, sequence, NOW);
  }

  private static ReportOrigin origin(long sequence) {
    return status(sequence).origin();
  }

  private boolean register(
      long sequence, String version, @Nullable String address, Instant arrived) {
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
        arrived);
  }

  private Connector now() {
    return connectors.find(CONNECTOR).orElseThrow();
  }

  @Test
  void register_first_isReadAsItWas() {
    assertThat(connectors.find(CONNECTOR)).isEmpty();
    assertThat(register(3, "1.2", "10.0.0.5", NOW)).isTrue();
    assertThat(now())
        .isEqualTo(
            new Connector(
                CONNECTOR,
                SITE,
                REGISTRATION,
                null,
                null,
                Connector.Condition.GOOD,
                Connector.Processes.NONE,
                null,
                false));
    assertThat(sample.raw.show("CONNECTOR", CONNECTOR.value()))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:CONNECTOR"),
                Map.entry("v", "N:1"),
                Map.entry("sk", "S:" + CONNECTOR),
                Map.entry("environment", "S:site"),
                Map.entry("registrationAt", "N:1795442400250"),
                Map.entry("registrationSequence", "N:3"),
                Map.entry("version", "S:1.2"),
                Map.entry("sourceType", "S:folder"),
                Map.entry("ipAddress", "S:10.0.0.5"),
                Map.entry("macAddress", "S:00:11"),
                Map.entry("capabilities", "L:[S:VSPHERE]"),
                Map.entry("associatedOn", "N:1795442400250")));
  }

  @Test
  void register_newer_keepsWhenItFirstCame() {
    register(3, "1.2", "10.0.0.5", NOW);
    assertThat(register(3, "1.3", null, NOW)).isFalse();
    assertThat(register(2, "1.3", null, NOW)).isFalse();
    assertThat(register(4, "1.3", null, NOW.minusMillis(1))).isFalse();
    assertThat(register(4, "1.3", null, NOW)).isTrue();
    assertThat(now().registration())
        .isEqualTo(
            new Connector.Registration("1.3", "folder", null, "00:11", List.of("VSPHERE"), NOW));
  }

  @Test
  void see_newer_livesSinceThen() {
    assertThat(connectors.see(status(1), NOW)).isTrue();
    assertThat(connectors.see(status(1), NOW)).isFalse();
    assertThat(now().newest()).isEqualTo(new Connector.Arrival(NOW, Duration.ZERO));
    assertThat(now().load()).isEqualTo(new Connector.Load(2, 1, 5));
    assertThat(connectors.see(status(2), NOW)).isTrue();
    assertThat(connectors.see(status(9), NOW.minusSeconds(1))).isFalse();
    assertThat(connectors.see(status(3), NOW.plusSeconds(2))).isTrue();
    assertThat(now().lastSeen()).isEqualTo(NOW.plusSeconds(2));
  }

  @Test
  void see_numbersThatStartAnew_countsWhatArrivedLater() {
    connectors.see(status(1_000_000), NOW);
    register(1_000_001, "1.2", null, NOW);
    connectors.inventoried(origin(1_000_002), NOW, NO_PROBLEMS);
    Instant later = NOW.plusSeconds(1);
    assertThat(connectors.see(status(1), later)).isTrue();
    assertThat(register(2, "1.3", null, later)).isTrue();
    assertThat(connectors.inventoried(origin(3), later, NO_PROBLEMS)).isTrue();
    assertThat(now().lastSeen()).isEqualTo(later);
  }

  @Test
  void see_clockOfTheSite_isComparedAndNeverKept() {
    connectors.see(status(CONNECTOR, 1, NOW.plus(Duration.ofDays(10))), NOW);
    assertThat(now().newest()).isEqualTo(new Connector.Arrival(NOW, Duration.ofDays(10)));
    assertThat(now().clockAhead()).isEqualTo(Duration.ofDays(10));
    assertThat(now().troubles(NOW))
        .containsExactly(
            "The clock of connector "
                + CONNECTOR
                + " is 10 days ahead: set it right, best by NTP.");
    connectors.see(status(CONNECTOR, 2, NOW.minus(Duration.ofHours(3))), NOW);
    assertThat(now().clockAhead()).isZero();
    assertThat(now().clockTroubles()).singleElement().asString().contains("3 hours behind");
    connectors.see(status(CONNECTOR, 3, NOW.plus(Connector.CLOCK_TOLERANCE)), NOW);
    assertThat(now().clockTroubles()).isEmpty();
    assertThat(now().clockAhead()).isZero();
  }

  @Test
  void register_afterALaterStatus_isStillTaken() {
    connectors.see(status(9), NOW.plusSeconds(1));
    assertThat(register(1, "1.2", null, NOW)).isTrue();
  }

  @Test
  void inventoried_newer_isRememberedWithItsProblems() {
    Connector.Problems problems = Connector.Problems.of(List.of("one", "two"));
    assertThat(connectors.inventoried(origin(5), NOW, problems)).isTrue();
    assertThat(connectors.inventoried(origin(5), NOW, problems)).isFalse();
    assertThat(now().inventory()).isEqualTo(new Connector.Inventory(NOW, 5, problems));
    assertThat(now().problems().sentences()).containsExactly("one", "two");
  }

  @Test
  void problems_controlCharacters_areNotKept() {
    assertThat(Connector.Problems.of(List.of("a\u001b[2J\nb is empty.")).sentences())
        .containsExactly("a_[2J_b is empty.");
  }

  @Test
  void problems_many_areCutAndCounted() {
    List<String> many = Collections.nCopies(1_000, "x".repeat(1_000));
    Connector.Problems problems = Connector.Problems.of(many);
    assertThat(problems.count()).isEqualTo(1_000);
    assertThat(problems.sentences())
        .hasSize(Connector.Problems.MAX_SENTENCES)
        .allMatch(sentence -> sentence.length() == Connector.Problems.MAX_SENTENCE_CHARS + 1);
  }

  @Test
  void list_several_areAscendingAndAfterWhatIsNamed() {
    ConnectorId other = ConnectorId.declared(SITE, "site-2");
    connectors.see(status(1), NOW);
    connectors.see(status(other, 1, NOW), NOW);
    List<String> ids = List.of(CONNECTOR.value(), other.value()).stream().sorted().toList();
    assertThat(connectors.list())
        .extracting(connector -> connector.id().value())
        .containsExactlyElementsOf(ids);
    assertThat(connectors.listAfter(ids.getFirst()))
        .extracting(connector -> connector.id().value())
        .containsExactly(ids.getLast());
  }

  private static Connector connector(
      Connector.@Nullable Registration registration,
      @Nullable Instant lastSeen,
      boolean disassociated) {
    Connector.Arrival newest =
        lastSeen == null ? null : new Connector.Arrival(lastSeen, Duration.ZERO);
    return new Connector(
        CONNECTOR,
        SITE,
        registration,
        newest,
        null,
        Connector.Condition.GOOD,
        Connector.Processes.NONE,
        null,
        disassociated);
  }

  @Test
  void isHealthy_registeredAndHeardOf_untilFiveMinutesLater() {
    Connector connector = connector(REGISTRATION, NOW, false);
    Instant tooLate = NOW.plus(Connector.HEALTHY_WITHIN);
    assertThat(connector.isHealthy(tooLate.minusMillis(1))).isTrue();
    assertThat(connector.isHealthy(tooLate)).isFalse();
    assertThat(connector(null, NOW, false).isHealthy(NOW)).isFalse();
    assertThat(connector(REGISTRATION, null, false).isHealthy(NOW)).isFalse();
    assertThat(connector(REGISTRATION, NOW, true).isHealthy(NOW)).isFalse();
  }

  @Test
  void troubles_silentOrFull_nameTheCause() {
    assertThat(connector(REGISTRATION, NOW, false).troubles(NOW)).isEmpty();
    assertThat(connector(REGISTRATION, NOW, false).troubles(NOW.plus(Connector.HEALTHY_WITHIN)))
        .containsExactly(
            "Connector "
                + CONNECTOR
                + " was last heard of at 2026-11-23T14:00:00Z: see that it runs and reaches AWS.");
    assertThat(connector(REGISTRATION, null, false).troubles(NOW))
        .singleElement()
        .asString()
        .contains("never reported");
    connectors.see(new Report.Status(1, origin(1), 2, 1, 0), NOW);
    assertThat(now().troubles(NOW)).isEmpty();
    connectors.see(new Report.Status(1, origin(2), 2, 2, 1), NOW);
    assertThat(now().troubles(NOW))
        .containsExactly(
            "Connector "
                + CONNECTOR
                + " is at work in all of its 2 slots, 1 task waits: wait, or give it more slots.");
  }

  private void seen(long sequence, Instant at, Report.Status status) {
    assertThat(
            connectors.see(
                status,
                at,
                connectors
                    .find(CONNECTOR)
                    .map(Connector::processes)
                    .orElse(Connector.Processes.NONE)))
        .as("report %d", sequence)
        .isTrue();
  }

  private static Report.Status of(long sequence, String instance) {
    ReportOrigin origin = new ReportOrigin(SITE, CONNECTOR, sequence, NOW, instance);
    return new Report.Status(1, origin, 2, 0, 0, 0, null, null);
  }

  @Test
  void see_farewell_isGoneAtOnceAndBackWithTheNextStatus() {
    register(1, "1.2", null, NOW);
    connectors.see(new Report.Status(1, origin(2), 2, 0, 0, 0, null, true), NOW.plusSeconds(1));
    Instant soon = NOW.plusSeconds(2);
    assertThat(now().isHealthy(soon)).isFalse();
    assertThat(now().troubles(soon))
        .containsExactly(
            "Connector " + CONNECTOR + " was stopped at 2026-11-23T14:00:01Z: start it.");
    assertThat(now().waitingFor(soon))
        .isEqualTo(
            "The run waits for connector "
                + CONNECTOR
                + " of environment site, which was stopped at 2026-11-23T14:00:01Z: start it, or"
                + " see that it runs and reaches AWS.");
    connectors.see(status(3), NOW.plusSeconds(3));
    assertThat(now().isHealthy(NOW.plusSeconds(3))).isTrue();
    assertThat(now().waitingFor(NOW.plusSeconds(3))).isNull();
  }

  @Test
  void see_trouble_isUnhealthyAndSaysWhy() {
    register(1, "1.2", null, NOW);
    connectors.see(
        new Report.Status(1, origin(2), 2, 1, 0, 4, "4 reads hang: mend it.", null), NOW);
    assertThat(now().isHealthy(NOW)).isFalse();
    assertThat(now().troubles(NOW))
        .containsExactly("Connector " + CONNECTOR + " is unhealthy: 4 reads hang: mend it.");
    connectors.see(new Report.Status(1, origin(3), 2, 1, 0, 1, null, null), NOW);
    assertThat(now().isHealthy(NOW)).isTrue();
    assertThat(now().troubles(NOW))
        .containsExactly(
            "At connector "
                + CONNECTOR
                + " 1 read or put does not come back: see that its storage and its network"
                + " answer.");
  }

  @Test
  void see_twoProcessesTakeTurns_isATroubleThatNamesBoth() {
    seen(1, NOW, of(1, "aaaa"));
    seen(2, NOW, of(2, "bbbb"));
    assertThat(now().troubles(NOW)).as("one was started again").isEmpty();
    seen(3, NOW, of(3, "aaaa"));
    assertThat(now().troubles(NOW))
        .singleElement()
        .asString()
        .startsWith("Two processes report as connector " + CONNECTOR + " (bbbb and aaaa, ")
        .endsWith("stop one of them, or declare a connector for it.");
    Instant later = NOW.plus(Connector.HEALTHY_WITHIN);
    seen(4, later, of(4, "aaaa"));
    assertThat(now().troubles(later)).as("the other has ended").isEmpty();
  }

  @Test
  void see_aThirdProcessAfterTwo_isNoneOfThem() {
    seen(1, NOW, of(1, "aaaa"));
    seen(2, NOW, of(2, "bbbb"));
    seen(3, NOW, of(3, "aaaa"));
    seen(4, NOW, of(4, "cccc"));
    assertThat(now().troubles(NOW)).isEmpty();
  }

  /** S3 tells whole seconds: of two reports in one, the sequence says which came last. */
  @Test
  void isAtLeast_inventoryOfThatReportOrALaterOne() {
    Connector.Inventory inventory = new Connector.Inventory(NOW, 5, NO_PROBLEMS);
    assertThat(inventory.isAtLeast(origin(9), NOW.minusSeconds(1))).isTrue();
    assertThat(inventory.isAtLeast(origin(5), NOW)).isTrue();
    assertThat(inventory.isAtLeast(origin(6), NOW)).isFalse();
    assertThat(inventory.isAtLeast(origin(1), NOW.plusSeconds(1))).isFalse();
  }

  @Test
  void rounds_tasksForEachSlot() {
    assertThat(connector(REGISTRATION, NOW, false).rounds()).as("says nothing").isZero();
    assertThat(new Connector.Load(4, 3, 0).rounds()).isZero();
    assertThat(new Connector.Load(4, 4, 5).rounds()).isEqualTo(2);
    assertThat(new Connector.Load(0, 1, 1).rounds()).isEqualTo(2);
  }

  @Test
  void isMissing_silentAndNeitherDisassociatedNorGone() {
    Instant late = NOW.plus(Connector.HEALTHY_WITHIN);
    assertThat(connector(REGISTRATION, NOW, false).isMissing(NOW)).isFalse();
    assertThat(connector(REGISTRATION, NOW, false).isMissing(late)).isTrue();
    assertThat(connector(REGISTRATION, NOW, true).isMissing(late)).isFalse();
    assertThat(connector(null, NOW, false).isMissing(late)).isFalse();
  }

  @Test
  void troublesOf_several_areOfTheAssociatedOnes() {
    Instant late = NOW.plus(Connector.HEALTHY_WITHIN);
    Connector silent = connector(REGISTRATION, NOW, false);
    assertThat(silent.troubles(late)).hasSize(1);
    Connector told = connector(REGISTRATION, NOW, true);
    assertThat(Connector.troublesOf(List.of(told), late)).as("disassociated").isEmpty();
    assertThat(Connector.troublesOf(List.of(silent, silent, silent, silent), late))
        .hasSize(3)
        .containsOnly(silent.troubles(late).getFirst());
  }
}
