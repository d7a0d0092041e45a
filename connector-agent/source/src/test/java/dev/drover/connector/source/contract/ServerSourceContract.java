package dev.drover.connector.source.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceChangedException;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.protocol.Generation;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every source of servers promises to the agent, see the port's own words. */
public abstract class ServerSourceContract {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");
  private static final RunId NEXT_RUN = new RunId("sms-run-0000bbbb");

  /** A site that has no servers when a test begins; the same one throughout a test. */
  protected abstract SourceFixture site() throws IOException;

  private List<byte[]> disks() throws IOException {
    return disks(1, site().sectorBytes());
  }

  private List<byte[]> otherDisks() throws IOException {
    return disks(2, site().sectorBytes());
  }

  @Test
  void inventory_noServers_isEmpty() throws IOException {
    assertThat(site().source().inventory()).isEqualTo(new SourceInventory(List.of(), List.of()));
  }

  @Test
  void inventory_servers_areListedWithTheirDisks() throws IOException {
    site().write("web", disks());
    site().write("db", otherDisks());
    SourceInventory inventory = site().source().inventory();
    assertThat(inventory.problems()).isEmpty();
    assertThat(inventory.servers())
        .extracting(Report.InventoryServer::vmId)
        .containsExactlyInAnyOrder(site().vmId("web"), site().vmId("db"));
    List<Integer> sizes = sizes(disks());
    assertThat(inventory.servers())
        .allSatisfy(
            server ->
                assertThat(server.disks())
                    .extracting(disk -> (int) disk.sizeBytes())
                    .containsExactlyInAnyOrderElementsOf(sizes));
    assertThat(inventory.servers())
        .flatExtracting(Report.InventoryServer::disks)
        .extracting(Report.InventoryDisk::diskId)
        .doesNotHaveDuplicates();
  }

  @Test
  void inventory_serverThatCannotBeRead_isAProblemAndHidesNoOther() throws IOException {
    site().writeUnreadable("broken");
    site().write("web", disks());
    SourceInventory inventory = site().source().inventory();
    assertThat(inventory.servers())
        .extracting(Report.InventoryServer::vmId)
        .containsExactly(site().vmId("web"));
    assertThat(inventory.problems()).singleElement().asString().contains("broken");
    assertThatThrownBy(() -> site().source().capture(site().vmId("broken"), RUN, null))
        .isInstanceOf(SourceException.class)
        .isNotInstanceOf(ServerUnknownException.class);
  }

  @Test
  void capture_server_isTheOneOfTheInventory() throws IOException {
    site().write("web", disks());
    Report.InventoryServer listed = site().source().inventory().servers().getFirst();
    try (Capture capture = open("web")) {
      assertThat(capture.firmware()).isEqualTo(listed.firmware());
      assertThat(capture.disks())
          .extracting(CapturedDisk::diskId, CapturedDisk::sizeBytes)
          .containsExactlyInAnyOrderElementsOf(
              listed.disks().stream().map(d -> tuple(d.diskId(), d.sizeBytes())).toList());
    }
  }

  @Test
  void capture_everyDisk_isReadExactlyInBootOrder() throws IOException {
    site().write("web", disks());
    try (Capture capture = open("web")) {
      assertReads(capture, disks());
      capture.verifyUnchanged();
    }
  }

  @Test
  void capture_twoServersAtOnce_doNotMix() throws IOException {
    site().write("web", disks());
    site().write("db", otherDisks());
    try (Capture web = open("web");
        Capture db = open("db")) {
      assertReads(db, otherDisks());
      assertReads(web, disks());
      assertThat(web.disks())
          .extracting(CapturedDisk::diskId)
          .doesNotContainAnyElementsOf(db.disks().stream().map(CapturedDisk::diskId).toList());
    }
  }

  @Test
  void capture_oneThatStillStands_isOpenedAgain() throws IOException {
    site().write("web", disks());
    try (Capture first = open("web");
        Capture again = site().source().capture(site().vmId("web"), RUN, first.name())) {
      assertThat(again.name()).isEqualTo(first.name());
      assertThat(again.name().generation()).isEqualTo(first.name().generation());
      assertReads(again, disks());
    }
  }

  @Test
  void capture_oneThatStandsNoMore_isLaterWhateverTheClockSays() throws IOException {
    site().write("web", disks());
    CaptureName gone;
    try (Capture capture = open("web")) {
      gone = new CaptureName(capture.name().createdAt().plus(Duration.ofDays(1)), "gone");
    }
    try (Capture capture = site().source().capture(site().vmId("web"), RUN, gone)) {
      assertThat(capture.name().createdAt()).isAfter(gone.createdAt());
      assertThat(capture.name().generation()).isGreaterThan(gone.generation());
    }
  }

  @Test
  void capture_afterAChange_showsItAsAnotherGeneration() throws IOException {
    site().write("web", disks());
    Generation before;
    try (Capture capture = open("web")) {
      before = capture.name().generation();
    }
    site().write("web", otherDisks());
    try (Capture capture = site().source().capture(site().vmId("web"), NEXT_RUN, null)) {
      assertThat(capture.name().generation()).isNotEqualTo(before);
      assertReads(capture, otherDisks());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "web/../web", "/etc", "nobody"})
  void capture_nameOfNoServer_isUnknown(String vmId) throws IOException {
    site().write("web", disks());
    assertThatThrownBy(() -> site().source().capture(vmId, RUN, null))
        .isInstanceOf(ServerUnknownException.class);
  }

  /** A snapshot goes on showing its instant; what has none must say so before it is believed. */
  @Test
  void read_changedMeanwhile_isOfTheOldInstantOrRefused() throws IOException {
    site().write("web", disks());
    try (Capture capture = open("web")) {
      site().write("web", otherDisks());
      try {
        assertReads(capture, disks());
        capture.verifyUnchanged();
      } catch (SourceChangedException e) {
        assertThatThrownBy(capture::verifyUnchanged).isInstanceOf(SourceChangedException.class);
      }
    }
  }

  @Test
  void read_afterTheClose_isRefused() throws IOException {
    site().write("web", disks());
    CapturedDisk disk;
    try (Capture capture = open("web")) {
      disk = capture.disks().getFirst();
    }
    assertThatThrownBy(() -> DiskBytes.readAll(disk.content(), Math.toIntExact(disk.sizeBytes())))
        .isInstanceOf(SourceException.class);
  }

  /** A process that was stopped is followed by another, which may remember and may not. */
  @Test
  void capture_afterTheClose_isGoneOnWithByAnotherProcess() throws IOException {
    site().write("web", disks());
    CaptureName closed;
    try (Capture capture = open("web")) {
      closed = capture.name();
    }
    try (ServerSource restarted = site().restarted();
        Capture again = restarted.capture(site().vmId("web"), RUN, closed)) {
      assertThat(again.name()).isEqualTo(closed);
      assertReads(again, disks());
      again.verifyUnchanged();
    }
  }

  @Test
  void release_closedCapture_leavesNothingOnTheSite() throws IOException {
    site().write("web", disks());
    open("web").close();
    site().source().release(site().vmId("web"), RUN);
    assertThat(site().holdings()).isEmpty();
    site().source().release(site().vmId("web"), RUN);
    try (Capture next = open("web")) {
      assertReads(next, disks());
    }
  }

  /** As after a kill: nobody closed it. */
  @Test
  void release_byAnotherProcess_leavesNothingOnTheSite() throws IOException {
    site().write("web", disks());
    Capture killed = open("web");
    try (ServerSource restarted = site().restarted()) {
      restarted.release(site().vmId("web"), RUN);
    }
    assertThat(site().holdings()).isEmpty();
    killed.close();
  }

  @Test
  void release_otherRunOrServer_leavesThisOneAlone() throws IOException {
    site().write("web", disks());
    site().write("db", otherDisks());
    try (Capture capture = open("web")) {
      site().source().release(site().vmId("web"), NEXT_RUN);
      site().source().release(site().vmId("db"), RUN);
      site().source().release("nobody", RUN);
      assertReads(capture, disks());
      capture.verifyUnchanged();
    }
  }

  @Test
  void releaseOrphans_runThatIsKnownOrYoung_isLeftAlone() throws IOException {
    site().write("web", disks());
    try (Capture capture = open("web")) {
      assertThat(site().source().releaseOrphans(Set.of(RUN), Duration.ZERO)).isEmpty();
      assertThat(site().source().releaseOrphans(Set.of(), Duration.ofDays(1))).isEmpty();
      assertReads(capture, disks());
      capture.verifyUnchanged();
    }
  }

  @Test
  void releaseOrphans_runThatNobodyKnows_leavesNothingOnTheSite() throws IOException {
    site().write("web", disks());
    open("web").close();
    List<String> held = site().holdings();
    assertThat(site().source().releaseOrphans(Set.of(NEXT_RUN), Duration.ofSeconds(-1)))
        .hasSameSizeAs(held);
    assertThat(site().holdings()).isEmpty();
  }

  @Test
  void close_twice_isSafe() throws IOException {
    site().write("web", disks());
    Capture capture = open("web");
    capture.close();
    capture.close();
    try (Capture next = open("web")) {
      assertReads(next, disks());
    }
  }

  private Capture open(String name) throws IOException {
    return site().source().capture(site().vmId(name), RUN, null);
  }

  private static void assertReads(Capture capture, List<byte[]> disks) {
    assertThat(capture.disks())
        .extracting(disk -> (int) disk.sizeBytes())
        .containsExactlyElementsOf(sizes(disks));
    for (int i = 0; i < disks.size(); i++) {
      DiskBytes.assertReads(capture.disks().get(i).content(), disks.get(i));
    }
  }

  /** Sizes are multiples of nothing but a sector, in no order, so that a mix-up shows. */
  private static List<byte[]> disks(long seed, int sectorBytes) {
    return Stream.of(600_007, 1, 70_001)
        .map(size -> DiskBytes.random(Math.ceilDiv(size, sectorBytes) * sectorBytes, seed))
        .toList();
  }

  private static List<Integer> sizes(List<byte[]> disks) {
    return disks.stream().map(disk -> disk.length).toList();
  }
}
