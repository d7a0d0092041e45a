package dev.drover.functions.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.Catalog;
import dev.drover.functions.state.Connector;
import dev.drover.functions.state.Server;
import dev.drover.functions.world.World;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.Report.InventoryDisk;
import dev.drover.protocol.message.Report.InventoryServer;
import dev.drover.protocol.message.ReportOrigin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Registration, status and inventory. */
final class CatalogReportsTest {
  private final World world = new World();
  private final ReportFunction reports = new ReportFunction(world);

  private Report.Registration registration(String version) {
    return new Report.Registration(
        1, world.origin(World.CONNECTOR), List.of(1), version, "folder", null, null, List.of());
  }

  private Report.Status status() {
    return new Report.Status(1, world.origin(World.CONNECTOR), 2, 0, 0);
  }

  private Report.Inventory inventory(ConnectorId by, String... vmIds) {
    List<InventoryServer> servers =
        Arrays.stream(vmIds).map(vmId -> machine(vmId, 1L << 30)).toList();
    return new Report.Inventory(1, world.origin(by), servers, List.of());
  }

  private static InventoryServer machine(String vmId, long sizeBytes) {
    return new InventoryServer(
        vmId,
        vmId,
        null,
        null,
        Firmware.BIOS,
        null,
        null,
        List.of(new Report.InventoryDisk(DiskId.of(vmId, "a.img"), "a.img", sizeBytes)));
  }

  private Connector connector() {
    return world.state.connectors().find(World.CONNECTOR).orElseThrow();
  }

  private List<Server> servers() {
    return world.state.servers().list().toList();
  }

  private Instant lastSeen(String vmId) {
    return servers().stream()
        .filter(server -> server.machine().vmId().equals(vmId))
        .map(Server::lastSeen)
        .findFirst()
        .orElseThrow();
  }

  private String version() {
    Connector.Registration registration = connector().registration();
    return registration == null ? "none" : registration.version();
  }

  @Test
  void registration_makesTheConnectorHealthy() {
    reports.report(registration("0.1.0"));

    assertThat(connector().isHealthy(world.instant())).isTrue();
    assertThat(version()).isEqualTo("0.1.0");
  }

  @Test
  void registration_lateBehindAStatus_isTakenAllTheSame() {
    Report.Registration early = registration("0.1.0");

    reports.report(status());
    reports.report(early);

    assertThat(version()).isEqualTo("0.1.0");
  }

  @Test
  void registration_olderOne_isIgnored() {
    Report.Registration early = registration("0.1.0");

    reports.report(registration("0.2.0"));
    reports.report(early);

    assertThat(version()).isEqualTo("0.2.0");
  }

  @Test
  void status_deliveredAgainLater_isNoSignOfLife() {
    reports.report(registration("0.1.0"));
    Report.Status status = status();
    reports.report(status);
    world.pass(Connector.HEALTHY_WITHIN);

    reports.deliver(status.key());
    assertThat(connector().isHealthy(world.instant())).isFalse();

    reports.report(status());
    assertThat(connector().isHealthy(world.instant())).isTrue();
  }

  @Test
  void report_underTheKeyOfAnother_isRefused() {
    Report.Status status = status();
    ConnectorId other = ConnectorId.declared(World.SITE, "other");
    EnvironmentName elsewhere = new EnvironmentName("elsewhere");

    assertThat(reports.report(ObjectKeys.connectorReport(World.SITE, other, "status"), status))
        .isEmpty();
    assertThat(
            reports.report(
                ObjectKeys.connectorReport(elsewhere, World.CONNECTOR, "status"), status))
        .isEmpty();

    assertThat(world.state.connectors().list()).isEmpty();
    assertThat(world.log()).contains("report-refused");
  }

  @Test
  void report_whatIsNone_isAcknowledged() {
    String prefix = ObjectKeys.reportsOf(World.SITE, World.CONNECTOR);
    world.objects.put(prefix + "status.json", "{".getBytes(StandardCharsets.UTF_8));
    world.objects.put(
        prefix + "inventory.json",
        "{\"type\":\"inventory\",\"version\":1}".getBytes(StandardCharsets.UTF_8));

    assertThat(reports.deliver(prefix + "status.json")).isEmpty();
    assertThat(reports.deliver(prefix + "inventory.json")).isEmpty();
    assertThat(reports.deliver(prefix + "gone.json")).isEmpty();
    assertThat(reports.deliver(prefix + "runs/sms-run-00000000/1/d-1.manifest")).isEmpty();
    assertThat(reports.send("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\"}")).isEmpty();
    assertThat(reports.send("{}")).hasSize(1);
  }

  /** Of a connector that was updated before the stack: it is told again, and lost by nobody. */
  @Test
  void report_ofALaterVersion_isLeftInTheQueue() {
    String key = ObjectKeys.reportsOf(World.SITE, World.CONNECTOR) + "inventory.json";
    world.objects.put(
        key, "{\"type\":\"inventory\",\"version\":2}".getBytes(StandardCharsets.UTF_8));

    assertThat(reports.deliver(key)).hasSize(1);

    assertThat(world.log())
        .contains("NewerVersionException")
        .contains("this build reads version 1: deploy the newer version of Drover again");
  }

  @Test
  void inventory_newServers_getIdsOnce() {
    reports.report(registration("0.1.0"));
    Report.Inventory inventory = inventory(World.CONNECTOR, "web", "db", "web");

    reports.report(inventory);
    List<Server> first = servers();
    reports.report(inventory);
    reports.report(inventory(World.CONNECTOR, "db", "web"));

    assertThat(first).hasSize(2).extracting(Server::sourceType).containsOnly("folder");
    assertThat(servers()).isEqualTo(first);
  }

  @Test
  void inventory_whileImporting_makesTheCatalogAvailable() {
    reports.report(inventory(World.CONNECTOR, "web"));
    assertThat(world.state.catalog().get().status()).isEqualTo(Catalog.Status.NOT_IMPORTED);
    world.state.catalog().importing(world.instant());
    world.pass(Duration.ofSeconds(5));

    reports.report(inventory(World.CONNECTOR, "web"));

    Catalog catalog = world.state.catalog().get();
    assertThat(catalog.status()).isEqualTo(Catalog.Status.AVAILABLE);
    assertThat(catalog.lastModifiedOn()).contains(world.instant());
  }

  @Test
  void inventory_older_changesNothing() {
    Report.Inventory early = inventory(World.CONNECTOR, "old");

    reports.report(inventory(World.CONNECTOR, "new"));
    reports.report(early);

    assertThat(servers()).extracting(server -> server.machine().vmId()).containsExactly("new");
  }

  @Test
  void inventory_serverThatDisappeared_staysWithItsLastSeen() {
    reports.report(inventory(World.CONNECTOR, "web", "db"));
    world.pass(Duration.ofHours(2));

    reports.report(inventory(World.CONNECTOR, "web"));

    assertThat(lastSeen("db")).isEqualTo(World.START);
    assertThat(lastSeen("web")).isEqualTo(world.instant());
  }

  private Server named(String vmId) {
    return servers().stream()
        .filter(server -> server.machine().vmId().equals(vmId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void inventory_withoutAServerOfBefore_saysThatItIsGoneUntilItIsBack() {
    reports.report(inventory(World.CONNECTOR, "a", "b"));
    Server before = named("b");
    world.pass(Duration.ofMinutes(5));
    reports.report(inventory(World.CONNECTOR, "a"));

    assertThat(named("b").isGone()).isTrue();
    assertThat(named("b").lastSeen()).isEqualTo(before.lastSeen());
    assertThat(named("a").isGone()).isFalse();

    world.pass(Duration.ofMinutes(5));
    reports.report(inventory(World.CONNECTOR, "a", "b"));
    assertThat(named("b").isGone()).isFalse();
    assertThat(named("b").id()).isEqualTo(before.id());
  }

  /** A hypervisor that does not answer takes no server out of the catalog. */
  @Test
  void inventory_thatCouldNotBeListed_makesNoServerGone() {
    reports.report(inventory(World.CONNECTOR, "a"));
    world.pass(Duration.ofMinutes(5));
    reports.report(
        new Report.Inventory(
            1, world.origin(World.CONNECTOR), List.of(), List.of("vCenter does not answer.")));

    assertThat(named("a").isGone()).isFalse();
    assertThat(connector().problems().sentences()).containsExactly("vCenter does not answer.");
  }

  @Test
  void inventory_ofOneOfTwoConnectorsThatSawAServer_doesNotMakeItGone() {
    ConnectorId second = ConnectorId.declared(World.SITE, "site-2");
    reports.report(inventory(World.CONNECTOR, "a"));
    reports.report(inventory(second, "a"));
    reports.report(inventory(second));
    assertThat(named("a").isGone()).isFalse();

    reports.report(inventory(World.CONNECTOR));
    assertThat(named("a").isGone()).isTrue();
  }

  /** DynamoDB takes 1,024 bytes of a sort key; one server too many must not stop the others. */
  @Test
  void inventory_serverWhoseIdIsTooLongForTheTable_isRefusedAlone() {
    String longest = "v".repeat(1_024 - "site#".length());
    reports.report(inventory(World.CONNECTOR, longest, longest + "v", "ü".repeat(600), "a"));

    assertThat(servers())
        .extracting(server -> server.machine().vmId())
        .containsExactlyInAnyOrder(longest, "a");
    assertThat(connector().problems().count()).isEqualTo(2);
  }

  @Test
  void inventory_changedServer_keepsItsId() {
    reports.report(inventory(World.CONNECTOR, "web"));
    Server before = servers().getFirst();
    world.pass(Duration.ofMinutes(1));

    reports.report(
        new Report.Inventory(
            1, world.origin(World.CONNECTOR), List.of(machine("web", 5L << 30)), List.of()));

    Server after = servers().getFirst();
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.machine().disks().getFirst().sizeBytes()).isEqualTo(5L << 30);
  }

  @Test
  void inventory_twoConnectorsOfOneEnvironment_seeOneServer() {
    ConnectorId second = ConnectorId.declared(World.SITE, "site-2");

    reports.report(inventory(World.CONNECTOR, "web"));
    reports.report(inventory(second, "web"));

    assertThat(servers()).hasSize(1);
    assertThat(servers().getFirst().connectorIds())
        .containsExactlyInAnyOrder(World.CONNECTOR, second);
  }

  @Test
  void inventory_clockTenDaysAheadAndThenRight_freezesNothing() {
    world.skewClock(World.CONNECTOR, Duration.ofDays(10));
    reports.report(registration("0.1.0"));
    reports.report(inventory(World.CONNECTOR, "web"));
    world.skewClock(World.CONNECTOR, Duration.ZERO);
    world.pass(Duration.ofHours(2));

    reports.report(
        new Report.Inventory(
            1, world.origin(World.CONNECTOR), List.of(machine("web", 5L << 30)), List.of()));

    assertThat(lastSeen("web")).isEqualTo(world.instant());
    assertThat(servers().getFirst().machine().disks().getFirst().sizeBytes()).isEqualTo(5L << 30);
  }

  @Test
  void inventory_twoConnectorsWhoseClocksDiffer_whatArrivedLaterCounts() {
    ConnectorId second = ConnectorId.declared(World.SITE, "site-2");
    world.skewClock(World.CONNECTOR, Duration.ofDays(10));
    reports.report(inventory(World.CONNECTOR, "web"));
    world.pass(Duration.ofMinutes(1));

    reports.report(
        new Report.Inventory(
            1, world.origin(second), List.of(machine("web", 5L << 30)), List.of()));

    assertThat(servers().getFirst().machine().disks().getFirst().sizeBytes()).isEqualTo(5L << 30);
  }

  @Test
  void reports_stateDirectoryLostAfterTheClockWasAhead_areStillTaken() {
    long ahead = World.START.plus(Duration.ofDays(10)).toEpochMilli();
    reports.report(new Report.Status(1, numbered(ahead), 2, 0, 0));
    reports.report(
        new Report.Inventory(1, numbered(ahead + 1), List.of(machine("web", 1L << 30)), List.of()));
    world.pass(Duration.ofHours(1));

    long now = world.instant().toEpochMilli();
    reports.report(
        new Report.Registration(
            1, numbered(now), List.of(1), "0.2.0", "folder", null, null, List.of()));
    reports.report(
        new Report.Inventory(1, numbered(now + 1), List.of(machine("db", 1L << 30)), List.of()));

    assertThat(connector().isHealthy(world.instant())).isTrue();
    assertThat(servers()).hasSize(2);
  }

  private ReportOrigin numbered(long sequence) {
    return new ReportOrigin(World.SITE, World.CONNECTOR, sequence, world.instant());
  }

  @Test
  void reports_ofTwoProcessesUnderOneId_areATroubleOfTheConnector() {
    for (String instance : List.of("aaaa", "bbbb")) {
      reports.report(statusOf(instance));
      world.pass(Duration.ofSeconds(30));
    }
    assertThat(connector().troubles(world.instant())).as("it was started again").isEmpty();
    reports.report(statusOf("aaaa"));
    assertThat(connector().troubles(world.instant()))
        .singleElement()
        .asString()
        .contains("Two processes report as connector " + World.CONNECTOR, "bbbb and aaaa");
  }

  private Report.Status statusOf(String instance) {
    ReportOrigin by = world.origin(World.CONNECTOR);
    return new Report.Status(
        1,
        new ReportOrigin(by.environment(), by.connectorId(), by.sequence(), by.time(), instance),
        2,
        0,
        0,
        0,
        null,
        null);
  }

  @Test
  void report_clockIsOff_isLoggedOnceAndWhenItIsRightAgain() {
    world.skewClock(World.CONNECTOR, Duration.ofDays(-10));
    reports.report(status());
    reports.report(status());

    assertThat(world.log().split("connector-clock-wrong", -1)).hasSize(2);
    assertThat(world.log()).contains("\"skewSeconds\":-864000").doesNotContain("clock-right");

    world.skewClock(World.CONNECTOR, Duration.ZERO);
    reports.report(status());
    assertThat(world.log().split("connector-clock-right", -1)).hasSize(2);
  }

  private Report.Inventory problems(List<InventoryServer> servers, String... sentences) {
    return new Report.Inventory(1, world.origin(World.CONNECTOR), servers, List.of(sentences));
  }

  @Test
  void inventory_problems_areKeptAndLoggedWhenTheyAreNew() {
    reports.report(problems(List.of(), "a/x.img is empty.", "b is unreadable."));
    reports.report(problems(List.of(), "b is unreadable.", "c is unreadable."));

    assertThat(connector().problems())
        .isEqualTo(new Connector.Problems(List.of("b is unreadable.", "c is unreadable."), 2));
    assertThat(world.log().lines().filter(line -> line.contains("source-problem")))
        .hasSize(3)
        .anyMatch(line -> line.contains("a/x.img is empty."));

    reports.report(problems(List.of()));
    assertThat(connector().problems().count()).isZero();
  }

  @Test
  void inventory_serverThatCannotBecomeAnImage_isRefusedByNameAndReason() {
    List<InventoryDisk> many =
        IntStream.rangeClosed(0, InventoryServer.MAX_DISKS)
            .mapToObj(i -> new InventoryDisk(DiskId.of("many", "d" + i), "d" + i, 512))
            .toList();
    InventoryDisk one = many.getFirst();
    reports.report(
        problems(
            List.of(
                machine("web", 512),
                server("long", "x".repeat(5_000), null, List.of(one)),
                server("bell", "b\u0007ell", null, List.of(one)),
                server("os", "os", "Debian\n13", List.of(one)),
                server("many", "many", null, many),
                server("twice", "twice", null, List.of(one, one)),
                server("", "", null, List.of(one)),
                server("umlaut", "müller \uD83D\uDC02", null, List.of(one))),
            "from the connector"));

    assertThat(servers())
        .extracting(server -> server.machine().vmId())
        .containsExactlyInAnyOrder("web", "umlaut");
    assertThat(connector().problems().sentences())
        .containsExactly(
            "Server '"
                + "x".repeat(60)
                + "…' is refused: its name has 5000 characters, at most 1024.",
            "Server 'b_ell' is refused: its name has a control character, which EC2 does not take:"
                + " rename it.",
            "Server 'os' is refused: its operating system has a control character, which EC2 does"
                + " not take: rename it.",
            "Server 'many' is refused: it has 23 disks, an image can have 22.",
            "Server 'twice' is refused: two of its disks have the same id.",
            "Server '' is refused: its hypervisor's id is empty.",
            "from the connector");
    assertThat(world.log())
        .contains(
            "\"event\":\"server-refused\"",
            "\"server\":\"'many'\"",
            "\"reason\":\"it has 23 disks, an image can have 22\"");
  }

  private static InventoryServer server(
      String vmId, String name, @Nullable String os, List<InventoryDisk> disks) {
    return new InventoryServer(vmId, name, null, os, Firmware.BIOS, null, null, disks);
  }

  @Test
  void inventory_tooManyServers_isRefused() {
    String[] vmIds =
        IntStream.rangeClosed(0, CatalogUpdate.MAX_SERVERS)
            .mapToObj(Integer::toString)
            .toArray(String[]::new);

    assertThat(reports.report(inventory(World.CONNECTOR, vmIds))).isEmpty();

    assertThat(servers()).isEmpty();
  }

  @Test
  void inventory_outOfTime_goesOnWithTheNextDelivery() {
    CatalogUpdate update = new CatalogUpdate(world.state, world, world.eventLog);
    Report.Inventory inventory = inventory(World.CONNECTOR, "web");

    assertThatThrownBy(
            () -> update.update(inventory, world.instant(), world.instant().minusSeconds(1)))
        .isInstanceOf(TransientException.class);
    update.update(inventory, world.instant(), world.instant().plusSeconds(50));

    assertThat(servers()).hasSize(1);
  }
}
