package dev.drover.connector.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.SourceException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.vsphere.soap.ServerTrust;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report.Consistency;
import dev.drover.protocol.message.Report.InventoryServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the simulated vCenter (govmomi's, with disks that guests write to): with {@code
 * -Dvcenter.simulator=} and its program, which the module {@code local-cloud/simulators/vcenter}
 * builds.
 */
class SimulatedVcenterTest {
  private static final String PROGRAM = System.getProperty("vcenter.simulator", "");
  private static final long SECTOR_BYTES = 512;
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

  private static @TempDir Path folder;
  private static SimulatedVcenter vcenter;
  private static VsphereSource source;

  @BeforeAll
  static void start() {
    if (PROGRAM.isEmpty()) {
      System.out.println(
          "SimulatedVcenterTest is skipped: no -Dvcenter.simulator= names the simulated vCenter.");
    }
    assumeTrue(!PROGRAM.isEmpty(), "no -Dvcenter.simulator= names the simulated vCenter");
    vcenter =
        new SimulatedVcenter(
            Path.of(PROGRAM),
            folder,
            "-vms",
            "6",
            "-disk-mb",
            "96",
            "-page-objects",
            "2",
            "-star-host",
            "-writes-per-second",
            "200");
    source = source();
  }

  @AfterAll
  static void stop() {
    if (!PROGRAM.isEmpty()) {
      source.close();
      assertThat(vcenter.state().get("sessions")).isEmpty();
      vcenter.close();
    }
  }

  @Test
  void inventory_allVms_areSeenByTheRoleAlone() {
    SourceInventory inventory = source.inventory();
    assertThat(inventory.problems()).isEmpty();
    assertThat(inventory.servers()).hasSize(6);
    assertThat(inventory.servers())
        .allSatisfy(server -> assertThat(server.vmPath()).startsWith("/DC0/vm/"));
  }

  @Test
  void capture_threeRunsOfARunningVm_areByteIdentical() {
    InventoryServer server = largest();
    for (int run = 0; run < 3; run++) {
      try (Capture capture = source.capture(server.vmId(), RUN, null)) {
        assertThat(capture.consistency()).isEqualTo(Consistency.FILE_SYSTEM);
        assertThat(capture.disks()).hasSizeGreaterThan(1);
        readAtOnce(capture);
        capture.verifyUnchanged();
      }
      source.release(server.vmId(), RUN);
    }
    assertNothingLeft();
  }

  @Test
  void read_streamThatIsDropped_isSaidAndReadAgain() {
    InventoryServer server = largest();
    try (Capture capture = source.capture(server.vmId(), RUN, null)) {
      vcenter.fault("{\"on\":\"stream\",\"do\":\"drop\",\"bytes\":300000}");
      assertThatThrownBy(() -> digest(capture.disks().getFirst()))
          .isInstanceOf(SourceUnavailableException.class)
          .message()
          .doesNotContain("Exception");
      readAtOnce(capture);
    }
    source.release(server.vmId(), RUN);
    assertNothingLeft();
  }

  /** No lease is held between two disks: then a VM may move. */
  @Test
  void vm_thatMovesBetweenTwoDisks_isReadFromItsNewHost() {
    InventoryServer server = largest();
    try (Capture capture = source.capture(server.vmId(), RUN, null)) {
      for (int i = 0; i < capture.disks().size(); i++) {
        vcenter.fault("{\"on\":\"now\",\"vm\":\"%s\",\"do\":\"vmotion\"}".formatted(server.name()));
        ExportedDisk disk = (ExportedDisk) capture.disks().get(i).content();
        String snapshot = capture.name().snapshotId().replaceFirst("@.*", "");
        assertThat(digest(capture.disks().get(i)))
            .isEqualTo(vcenter.digest(snapshot, disk.disk().key()));
      }
      capture.verifyUnchanged();
    }
    source.release(server.vmId(), RUN);
    assertNothingLeft();
  }

  /** In the midst of a run, and seen from the next one. */
  @Test
  void disk_thatGrowsAndMovesToAnotherDatastore_isReadAsItWasAndStaysTheSameDisk() {
    InventoryServer server = largest();
    CapturedDisk before;
    try (Capture capture = source.capture(server.vmId(), RUN, null)) {
      before = capture.disks().getFirst();
      vcenter.fault(
          "{\"on\":\"now\",\"vm\":\"%s\",\"do\":\"storage-vmotion\"}".formatted(server.name()));
      vcenter.fault("{\"on\":\"now\",\"vm\":\"%s\",\"do\":\"resize\"}".formatted(server.name()));
      readAtOnce(capture);
      capture.verifyUnchanged();
    }
    source.release(server.vmId(), RUN);
    try (Capture capture = source.capture(server.vmId(), RUN, null)) {
      CapturedDisk after = capture.disks().getFirst();
      assertThat(after.diskId()).isEqualTo(before.diskId());
      assertThat(after.sizeBytes()).isEqualTo(before.sizeBytes() + (1 << 20));
      assertThat(((ExportedDisk) after.content()).disk().datastore())
          .isNotEqualTo(((ExportedDisk) before.content()).disk().datastore());
      readAtOnce(capture);
    }
    source.release(server.vmId(), RUN);
    assertNothingLeft();
  }

  @Test
  void datastore_thatFillsUp_isSaidAndTheSnapshotCanGo() {
    InventoryServer server = largest();
    try (Capture capture = source.capture(server.vmId(), RUN, null)) {
      vcenter.fault("{\"on\":\"now\",\"do\":\"low-space\",\"size\":1048576}");
      assertThatThrownBy(() -> digest(capture.disks().getFirst()))
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining("GiB free, less than the 10 %");
    } finally {
      vcenter.fault("{\"on\":\"now\",\"do\":\"low-space\",\"size\":644245094400}");
    }
    source.release(server.vmId(), RUN);
    assertNothingLeft();
  }

  @Test
  void session_thatEnds_isOpenedAgain() {
    source.inventory();
    vcenter.endSessions();
    assertThat(source.inventory().servers()).hasSize(6);
  }

  @Test
  void privilege_thatIsMissing_isNamed() {
    InventoryServer server = largest();
    List<String> role =
        Stream.concat(
                Stream.of("System.Anonymous", "System.View", "System.Read"),
                Arrays.stream(Privilege.values()).map(Privilege::id))
            .toList();
    for (Privilege missing : List.of(Privilege.CREATE_SNAPSHOT, Privilege.EXPORT)) {
      vcenter.role(role.stream().filter(id -> !id.equals(missing.id())).toList());
      assertThatThrownBy(() -> copy(server))
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining("lacks the privilege " + missing.id());
    }
    vcenter.role(role);
    copy(server);
    assertNothingLeft();
  }

  @Test
  void process_thatWasKilled_isGoneOnWithAndLeavesNothing() {
    InventoryServer server = largest();
    VsphereSource killed = source();
    Capture first = killed.capture(server.vmId(), RUN, null);
    try (Capture again = source.capture(server.vmId(), RUN, null)) {
      assertThat(again.name()).isEqualTo(first.name());
      readAtOnce(again);
    }
    source.release(server.vmId(), RUN);
    assertNothingLeft();
    killed.capture(server.vmId(), RUN, null);
    assertThat(source.releaseOrphans(Set.of(RUN), Duration.ZERO)).isEmpty();
    assertThat(source.releaseOrphans(Set.of(), Duration.ZERO)).hasSize(1);
    assertNothingLeft();
    killed.close();
  }

  /** Whatever goes wrong, there is the right disk or a sentence, and in the end nothing is left. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void run_whateverHappens_isRightOrRefusedAndLeavesNothing(long seed) {
    Random random = new Random(seed);
    InventoryServer server = largest();
    int copied = 0;
    for (int run = 0; run < 4; run++) {
      String fault = FAULTS.get(random.nextInt(FAULTS.size()));
      vcenter.fault(fault.replace("\"N\"", Integer.toString(random.nextInt(8))));
      VsphereSource attempt = source();
      try {
        Capture capture = attempt.capture(server.vmId(), RUN, null);
        readAtOnce(capture);
        capture.verifyUnchanged();
        copied++;
        if (random.nextBoolean()) {
          capture.close(); // Else it is as after a kill.
          attempt.release(server.vmId(), RUN);
        }
      } catch (SourceException e) {
        assertThat(e)
            .message()
            .as(fault)
            .endsWith(".")
            .doesNotContain("Exception", "xsi:", "_Task");
      }
      attempt.close();
    }
    vcenter.clearFaults();
    copy(server);
    assertNothingLeft();
    assertThat(copied).as("copies in spite of faults").isPositive();
  }

  private static final List<String> FAULTS =
      List.of(
          "{\"on\":\"CreateSnapshot_Task\",\"do\":\"fail\"}",
          "{\"on\":\"CreateSnapshot_Task\",\"do\":\"slow\",\"millis\":300}",
          "{\"on\":\"RemoveSnapshot_Task\",\"do\":\"fail\"}",
          "{\"on\":\"RetrievePropertiesEx\",\"do\":\"not-authenticated\",\"skip\":\"N\"}",
          "{\"on\":\"RetrievePropertiesEx\",\"do\":\"no-permission\",\"privilege\":\"System.Read\",\"skip\":\"N\"}",
          "{\"on\":\"ExportSnapshot\",\"do\":\"refuse\",\"fault\":\"FileFault\"}",
          "{\"on\":\"HttpNfcLeaseComplete\",\"do\":\"not-authenticated\"}",
          "{\"on\":\"stream\",\"do\":\"drop\",\"bytes\":500000,\"skip\":\"N\"}",
          "{\"on\":\"stream\",\"do\":\"lose-lease\",\"bytes\":500000}",
          "{\"on\":\"now\",\"do\":\"vmotion\"}",
          "{\"on\":\"stream\",\"do\":\"remove-snapshots\",\"bytes\":500000}");

  private static void copy(InventoryServer server) {
    try (Capture capture = source.capture(server.vmId(), RUN, null)) {
      readAtOnce(capture);
    }
    source.release(server.vmId(), RUN);
  }

  private static void readAtOnce(Capture capture) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<String>> read =
          capture.disks().stream()
              .map(disk -> CompletableFuture.supplyAsync(() -> digest(disk), threads))
              .toList();
      for (int i = 0; i < read.size(); i++) {
        ExportedDisk disk = (ExportedDisk) capture.disks().get(i).content();
        String snapshot = capture.name().snapshotId().replaceFirst("@.*", "");
        try {
          assertThat(read.get(i).join()).isEqualTo(vcenter.digest(snapshot, disk.disk().key()));
        } catch (CompletionException e) {
          throw e.getCause() instanceof SourceException cause ? cause : e;
        }
      }
    }
  }

  /** Of the whole disk, with zeros where the stream has nothing. */
  private static String digest(CapturedDisk disk) {
    MessageDigest digest = sha256();
    long position = 0;
    try (DiskStream pass = ((ExportedDisk) disk.content()).open()) {
      for (DiskStream.Stretch at = pass.next(); at != null; at = pass.next()) {
        zeros(digest, at.offsetBytes() - position);
        position = at.offsetBytes() + at.data().remaining();
        digest.update(at.data());
      }
    }
    zeros(digest, disk.sizeBytes() - position);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void zeros(MessageDigest digest, long bytes) {
    for (long left = bytes; left > 0; left -= SECTOR_BYTES) {
      digest.update(ByteBuffer.allocate((int) Math.min(left, SECTOR_BYTES)));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InventoryServer largest() {
    return source.inventory().servers().stream()
        .max(Comparator.comparingInt(server -> server.disks().size()))
        .orElseThrow();
  }

  private static void assertNothingLeft() {
    JsonNode state = vcenter.state();
    assertThat(state.get("leases"))
        .allSatisfy(lease -> assertThat(lease.get("state").asText()).isNotEqualTo("ready"));
    assertThat(state.get("vms")).allSatisfy(vm -> assertThat(vm.get("snapshots")).isEmpty());
  }

  private static VsphereSource source() {
    return new VsphereSource(
        new VimClient(
            vcenter.server(),
            new VimClient.Credentials(vcenter.user(), vcenter::password),
            ServerTrust.of(vcenter.caFile(), List.of()),
            VimClient.TimeLimits.USUAL,
            InstantSource.system()),
        SnapshotOwner.of(
            new EnvironmentName("site"), new ConnectorId("c-0123456789abcdef0"), "drover-data"),
        Quiescing.REQUIRED,
        new VsphereLimits(10, 8, 8));
  }
}
