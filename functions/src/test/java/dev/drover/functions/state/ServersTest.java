package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.CONNECTOR;
import static dev.drover.functions.state.Sample.DISK;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.SERVER;
import static dev.drover.functions.state.Sample.SITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import dev.drover.protocol.message.Report.InventoryDisk;
import dev.drover.protocol.message.Report.InventoryServer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServersTest {
  private static final ConnectorId SECOND = ConnectorId.declared(SITE, "site-2");
  private static final JobId OTHER_JOB = new JobId("sms-job-00000002");
  private static final InventoryServer BARE =
      new InventoryServer("vm-1", "web", null, null, Firmware.UEFI, null, null, List.of());
  private static final InventoryServer MACHINE =
      new InventoryServer(
          "vm-1",
          "web",
          "/vms/web",
          "Debian 13",
          Firmware.BIOS,
          2,
          2048L,
          List.of(new InventoryDisk(DISK, "root.img", 1L << 30)));

  private final Sample sample = new Sample();
  private final Servers servers = sample.state.servers();

  private static Server bare(@Nullable JobId job) {
    return new Server(SERVER, SITE, BARE, null, Set.of(), Set.of(), job, false, NOW);
  }

  static Server full(boolean terminated, Instant lastSeen) {
    return new Server(
        SERVER,
        SITE,
        MACHINE,
        "folder",
        Set.of(CONNECTOR, SECOND),
        Set.of(SECOND),
        JOB,
        terminated,
        lastSeen);
  }

  private Server kept(Server server) {
    assertThat(sample.commits(servers.add(server))).isTrue();
    return server;
  }

  private Server now() {
    return servers.find(SERVER).orElseThrow();
  }

  @Test
  void add_everyFieldPresent_isReadAsItWas() {
    assertThat(kept(full(true, NOW))).isEqualTo(now());
    assertThat(sample.raw.show("SERVER", "s-0a0b0c0d"))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:SERVER"),
                Map.entry("v", "N:1"),
                Map.entry("sk", "S:s-0a0b0c0d"),
                Map.entry("environment", "S:site"),
                Map.entry("notSeenBy", "SS:[c-3c6b7911515821423]"),
                Map.entry("vmId", "S:vm-1"),
                Map.entry("vmName", "S:web"),
                Map.entry("vmPath", "S:/vms/web"),
                Map.entry("os", "S:Debian 13"),
                Map.entry("firmware", "S:bios"),
                Map.entry("cpus", "N:2"),
                Map.entry("memoryMib", "N:2048"),
                Map.entry("sourceType", "S:folder"),
                Map.entry("lastSeen", "N:1795442400250"),
                Map.entry(
                    "connectorIds",
                    "SS:"
                        + Set.of(CONNECTOR, SECOND).stream()
                            .map(ConnectorId::value)
                            .sorted()
                            .toList()),
                Map.entry("disks", "L:[M:[S:" + DISK + ", S:root.img, N:1073741824]]"),
                Map.entry("replicationJobId", "S:sms-job-00000001"),
                Map.entry("replicationJobTerminated", "BOOL:true")));
    assertThat(sample.raw.show("SERVERREF", "site#vm-1"))
        .isEqualTo(
            Map.of(
                "pk", "S:SERVERREF", "sk", "S:site#vm-1", "v", "N:1", "serverId", "S:s-0a0b0c0d"));
  }

  @Test
  void add_everyFieldAbsent_isReadAsItWas() {
    assertThat(kept(bare(null))).isEqualTo(now());
  }

  @Test
  void add_knownByAnotherId_isRefused() {
    kept(bare(null));
    Server again =
        new Server(
            new ServerId("s-00000001"), SITE, BARE, null, Set.of(), Set.of(), null, false, NOW);
    assertThat(sample.commits(servers.add(again))).isFalse();
    assertThat(servers.list()).hasSize(1);
  }

  @Test
  void list_several_areAscendingAndAfterWhatIsNamed() {
    kept(bare(null));
    InventoryServer other =
        new InventoryServer("vm-2", "db", null, null, Firmware.UEFI, null, null, List.of());
    kept(
        new Server(
            new ServerId("s-00000001"), SITE, other, null, Set.of(), Set.of(), null, false, NOW));
    assertThat(servers.list())
        .extracting(server -> server.id().value())
        .containsExactly("s-00000001", "s-0a0b0c0d");
    assertThat(servers.listAfter("s-00000001"))
        .extracting(server -> server.id().value())
        .containsExactly("s-0a0b0c0d");
  }

  @Test
  void see_newer_replacesWhatInventoriesSayAndNothingElse() {
    kept(full(true, NOW));
    Server seen = new Server(SERVER, SITE, BARE, null, Set.of(SECOND), Set.of(), null, false, NOW);
    assertThat(servers.see(seen)).isTrue();
    assertThat(now())
        .isEqualTo(new Server(SERVER, SITE, BARE, null, Set.of(SECOND), Set.of(), JOB, true, NOW));
    assertThat(sample.raw.show("SERVER", SERVER.value()))
        .doesNotContainKeys("vmPath", "os", "cpus", "memoryMib", "sourceType");
    assertThat(servers.see(full(true, NOW.minusMillis(1)))).isFalse();
    assertThat(servers.see(full(true, NOW.plusMillis(1)))).isTrue();
    assertThat(now()).isEqualTo(full(true, NOW.plusMillis(1)));
  }

  @Test
  void giveTo_freeServer_onlyOnce() {
    Server free = kept(bare(null));
    assertThat(sample.commits(servers.giveTo(free, JOB))).isTrue();
    assertThat(now()).isEqualTo(bare(JOB));
    assertThat(sample.commits(servers.giveTo(free, OTHER_JOB))).isFalse();
  }

  @Test
  void giveTo_serverThatIsGone_isRefused() {
    assertThat(sample.commits(servers.giveTo(bare(null), JOB))).isFalse();
    assertThat(servers.list()).isEmpty();
  }

  @Test
  void giveTo_serverOfAnEndedJob_onlyFromThatJob() {
    Server seen = kept(full(true, NOW));
    assertThat(sample.commits(servers.giveTo(seen, OTHER_JOB))).isTrue();
    assertThat(now().replicationJobId()).isEqualTo(OTHER_JOB);
    assertThat(now().replicationJobTerminated()).isFalse();
    assertThat(sample.commits(servers.giveTo(seen, OTHER_JOB))).isFalse();
  }

  /** A job that failed may be resumed while another is made. */
  @Test
  void giveTo_serverWhoseFailedJobWasResumedMeanwhile_isRefused() {
    Server seen = kept(full(true, NOW));
    assertThat(sample.commits(servers.takeBack(seen.id(), JOB))).isTrue();
    assertThat(now().replicationJobTerminated()).isFalse();
    assertThat(sample.commits(servers.giveTo(seen, OTHER_JOB))).isFalse();
    assertThat(now().replicationJobId()).isEqualTo(JOB);
  }

  @Test
  void takeBack_serverHasAnotherJob_isRefused() {
    Server seen = kept(full(true, NOW));
    assertThat(sample.commits(servers.giveTo(seen, OTHER_JOB))).isTrue();
    assertThat(sample.commits(servers.takeBack(seen.id(), JOB))).isFalse();
  }

  @Test
  void release_itsJob_isTerminated() {
    kept(full(false, NOW));
    assertThat(sample.commits(servers.release(SERVER, OTHER_JOB))).isFalse();
    assertThat(now().replicationJobTerminated()).isFalse();
    assertThat(sample.commits(servers.release(SERVER, JOB))).isTrue();
    assertThat(now()).isEqualTo(full(true, NOW));
  }

  @Test
  void seenAs_another_keepsIdJobAndConnectors() {
    Server seen = full(true, NOW).seenAs(BARE, "vsphere", SECOND, NOW.plusSeconds(1));
    assertThat(seen)
        .isEqualTo(
            new Server(
                SERVER,
                SITE,
                BARE,
                "vsphere",
                Set.of(CONNECTOR, SECOND),
                Set.of(),
                JOB,
                true,
                NOW.plusSeconds(1)));
  }

  @Test
  void isGone_onlyWhenNobodyOfThoseThatSawItDoes() {
    assertThat(full(true, NOW).isGone()).isFalse();
    assertThat(full(true, NOW).missedBy(CONNECTOR).isGone()).isTrue();
    assertThat(full(true, NOW).missedBy(CONNECTOR).seenAs(BARE, null, SECOND, NOW).isGone())
        .isFalse();
    assertThat(bare(null).isGone()).as("nobody ever saw it").isFalse();
  }

  @Test
  void isSameAs_eachDifference_isSeen() {
    Server server = full(true, NOW);
    assertThat(server.isSameAs(full(false, NOW.plusSeconds(1)))).isTrue();
    assertThat(server.isSameAs(server.seenAs(BARE, "folder", CONNECTOR, NOW))).isFalse();
    assertThat(server.isSameAs(server.seenAs(MACHINE, null, CONNECTOR, NOW))).isFalse();
    ConnectorId third = ConnectorId.declared(SITE, "site-3");
    assertThat(server.isSameAs(server.seenAs(MACHINE, "folder", third, NOW))).isFalse();
  }
}
