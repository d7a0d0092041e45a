package dev.drover.connector.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.ServerUnknownException;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceRight;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.source.SourceUnreadableException;
import dev.drover.connector.source.StreamContent;
import dev.drover.connector.source.contract.ServerSourceContract;
import dev.drover.connector.source.contract.SourceFixture;
import dev.drover.connector.vsphere.vcenter.DoubleVm;
import dev.drover.connector.vsphere.vcenter.VcenterDouble;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.RunId;
import dev.drover.protocol.message.Report.Consistency;
import dev.drover.protocol.message.Report.InventoryServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inventory, VM snapshots and exports, against a vCenter in this process. */
class VsphereSourceTest extends ServerSourceContract {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");
  private static final int MIB = 1 << 20;

  private final VsphereFixture site = new VsphereFixture();
  private final VcenterDouble vcenter = site.vcenter;

  @Override
  protected SourceFixture site() {
    return site;
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void inventory_vm_isDescribed() {
    DoubleVm vm = web();
    vm.parent = "group-v9";
    vm.firmware = "efi";
    InventoryServer server = site.source.inventory().servers().getFirst();
    assertThat(server.vmPath()).isEqualTo("/Cologne/West/vm/shop/web");
    assertThat(server.os()).isEqualTo("Debian GNU/Linux 12 (64-bit)");
    assertThat(server.firmware()).isEqualTo(Firmware.UEFI);
    assertThat(server.cpus()).isEqualTo(2);
    assertThat(server.memoryMib()).isEqualTo(4_096);
    assertThat(server.disks().getFirst().name()).isEqualTo("Hard disk 1");
  }

  /** Nobody needs them to copy a server, and what is not asked for cannot leave the site. */
  @Test
  void inventory_addressesOfTheGuest_areNotAskedFor() {
    web();
    assertThat(site.source.inventory().toString()).contains("web").doesNotContain("10.0.0.7");
    assertThat(Machine.PROPERTIES)
        .filteredOn(property -> property.startsWith("guest."))
        .containsExactly("guest.toolsRunningStatus");
  }

  @Test
  void rights_roleAsDocumented_areAllGrantedWithWhatTheyAreFor() {
    web();
    assertThat(site.source.rights())
        .allSatisfy(right -> assertThat(right.answer()).isEqualTo(SourceRight.Answer.GRANTED))
        .extracting(SourceRight::sentence)
        .satisfiesExactly(
            login ->
                assertThat(login)
                    .startsWith("drover@vsphere.local logs in to 127.0.0.1:")
                    .endsWith("VMware vCenter Server 8.0.3 build-1"),
            create ->
                assertThat(create)
                    .isEqualTo(
                        "VirtualMachine.State.CreateSnapshot on all 1 VMs: the VM snapshot that a"
                            + " run reads (CreateSnapshot_Task)"),
            remove -> assertThat(remove).startsWith("VirtualMachine.State.RemoveSnapshot on all"),
            export -> assertThat(export).startsWith("VApp.Export on all"));
  }

  @Test
  void rights_privilegeMissingOnSome_isNamedWithOneOfThem() {
    IntStream.range(0, 150)
        .forEach(i -> vcenter.add(new DoubleVm("vm-" + i, "n" + i)).disk(0, new byte[512]));
    vcenter.lacking.add("vm-120 VApp.Export");
    assertThat(site.source.rights())
        .filteredOn(right -> right.answer() == SourceRight.Answer.REFUSED)
        .extracting(SourceRight::sentence)
        .containsExactly(
            "drover@vsphere.local lacks VApp.Export on 1 of 150 VMs, for example 'n120' (vm-120). It"
                + " is for reading the snapshot's disks (ExportSnapshot): add it to the user's role"
                + " there.");
  }

  @Test
  void rights_noVm_saysWhereTheRoleIsMissing() {
    assertThat(site.source.rights())
        .filteredOn(right -> right.answer() == SourceRight.Answer.REFUSED)
        .extracting(SourceRight::sentence)
        .singleElement()
        .asString()
        .contains("sees no VM");
  }

  @Test
  void rights_thatCannotBeAskedFor_areNoProblem() {
    web();
    vcenter.failNext("HasPrivilegeOnEntities", "NotSupported", "");
    assertThat(site.source.rights())
        .extracting(SourceRight::answer)
        .containsExactly(SourceRight.Answer.GRANTED, SourceRight.Answer.UNKNOWN);
  }

  @Test
  void howToGrant_user_isNamedAsPermissionsNameIt() {
    assertThat(String.join("\n", site.source.howToGrant()))
        .contains("-principal 'VSPHERE.LOCAL\\drover'", "New-VIRole -Name 'Drover'");
  }

  /** It numbers its VMs, and the address of a disk leaves the host to us. */
  @Test
  void capture_ofASingleHost_isTheSame() {
    vcenter.apiType = "HostAgent";
    DoubleVm vm = vcenter.add(new DoubleVm("12", "web"));
    vm.disk(0, noise(MIB, 9));
    String id = site.source.inventory().servers().getFirst().vmId();
    assertThat(id).isEqualTo("12_" + vm.instanceUuid);
    try (Capture capture = site.source.capture(id, RUN, null)) {
      assertThat(read(capture.disks().getFirst())).isEqualTo(vm.disks.getFirst().content);
    }
    site.source.release(id, RUN);
    assertThat(vm.snapshotNames()).isEmpty();
  }

  @Test
  void inventory_template_isLeftOut() {
    web().template = true;
    assertThat(site.source.inventory()).isEqualTo(new SourceInventory(List.of(), List.of()));
  }

  /** On a host that copied the files by hand, even the instance uuid is the same. */
  @Test
  void inventory_cloneWithTheSameUuids_isAnotherServer() {
    DoubleVm vm = web();
    DoubleVm clone = vcenter.add(new DoubleVm("vm-99", "web"));
    clone.instanceUuid = vm.instanceUuid;
    clone.disk(0, noise(MIB, 2));
    List<InventoryServer> servers = site.source.inventory().servers();
    assertThat(servers).extracting(InventoryServer::vmId).doesNotHaveDuplicates().hasSize(2);
    assertThat(servers)
        .extracting(server -> server.disks().getFirst().diskId())
        .doesNotHaveDuplicates();
  }

  @Test
  void inventory_sessionThatEndsBetweenPages_startsOver() {
    vcenter.pageSize = 2;
    IntStream.range(0, 9)
        .forEach(i -> vcenter.add(new DoubleVm("vm-" + i, "n" + i)).disk(0, new byte[512]));
    site.source.inventory();
    vcenter.endSessionsBefore("ContinueRetrievePropertiesEx");
    assertThat(site.source.inventory().servers()).hasSize(9);
    assertThat(vcenter.count("Login")).isEqualTo(2);
  }

  @Test
  void inventory_vmWithoutDisks_isAProblem() {
    vcenter.add(new DoubleVm("vm-1", "diskless"));
    assertThat(site.source.inventory().problems())
        .containsExactly(
            "The VM 'diskless' (vm-1) has no disks: there is nothing to replicate; it is left out.");
  }

  /** The catalog would leave it out, and the listing of check be broken. */
  @Test
  void inventory_nameThatTheCatalogDoesNotTake_isAProblem() {
    for (String name : List.of("a\nb", "a\tb", "n".repeat(5_000), "\u200b ")) {
      web().name = name;
      SourceInventory inventory = site.source.inventory();
      vcenter.vms.clear();
      assertThat(inventory.servers()).isEmpty();
      assertThat(inventory.problems())
          .singleElement()
          .asString()
          .startsWith("The VM '")
          .containsAnyOf(
              "for its name holds a character that is no text",
              "for its name has 5000 characters",
              "for its name has no character that can be seen")
          .endsWith("; it is left out.")
          .hasSizeLessThan(400)
          .doesNotContain("\n", "\t");
    }
  }

  @Test
  void inventory_nameThatXmlCannotHave_costsNoOtherVm() {
    web();
    vcenter.add(new DoubleVm("vm-99", "a\u0001b")).disk(0, noise(MIB, 2));
    assertThat(site.source.inventory().servers())
        .extracting(InventoryServer::name)
        .containsExactlyInAnyOrder("web", "a\uFFFDb");
  }

  @Test
  void inventory_moreDisksThanAnImageHas_isAProblem() {
    DoubleVm vm = web();
    IntStream.range(1, 23).forEach(i -> vm.disk(i, new byte[512]));
    assertThat(site.source.inventory().problems())
        .containsExactly(
            "The VM 'web' (vm-10) has 23 disks, an image can have 22: copy it in parts; it is left"
                + " out.");
  }

  @Test
  void inventory_vmThatARunWouldRefuse_isListedWithAWarning() {
    web().disks.getFirst().mode = "independent_persistent";
    SourceInventory inventory = site.source.inventory();
    assertThat(inventory.servers()).hasSize(1);
    assertThat(inventory.problems()).isEmpty();
    assertThat(inventory.warnings())
        .containsExactly(
            "The VM 'web' (vm-10) cannot be copied: 'Hard disk 1' is independent, which VM snapshots"
                + " leave out: set the mode to dependent.");
  }

  @Test
  void capture_otherVmOfTheSameReference_isUnknown() {
    DoubleVm vm = web();
    String before = site.vmId("web");
    vm.instanceUuid = "00000000-0000-0000-0000-000000000001";
    assertThatThrownBy(() -> site.source.capture(before, RUN, null))
        .isInstanceOf(ServerUnknownException.class);
    assertThat(vm.snapshotNames()).isEmpty();
  }

  @Test
  void capture_snapshot_isNamedWithTheRunAndStandsUntilItsRelease() {
    DoubleVm vm = web();
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThat(capture.consistency()).isEqualTo(Consistency.FILE_SYSTEM);
    }
    assertThat(vm.snapshotNames()).containsExactly("drover site sms-run-0000aaaa");
    assertThat(vcenter.leases).isEmpty();
    site.source.release(site.vmId("web"), RUN);
    assertThat(vm.snapshotNames()).isEmpty();
  }

  @Test
  void capture_foreignSnapshots_areLeftAlone() {
    DoubleVm vm = web();
    byte[] now = vm.disks.getFirst().content;
    vm.freeze("snapshot-1", "before the update", "", false);
    vm.disks.getFirst().content = noise(MIB, 5);
    byte[] frozen = vm.disks.getFirst().content;
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      vm.freeze("snapshot-3", "a backup's", "", false);
      vm.disks.getFirst().content = now;
      assertThat(read(capture.disks().getFirst())).isEqualTo(frozen);
    }
    site.source.release(site.vmId("web"), RUN);
    assertThat(vm.snapshotNames()).containsExactly("before the update", "a backup's");
  }

  @ParameterizedTest
  @CsvSource({
    "poweredOn, guestToolsRunning, REQUIRED, FILE_SYSTEM",
    "poweredOn, guestToolsRunning, IF_POSSIBLE, FILE_SYSTEM",
    "poweredOn, guestToolsRunning, NEVER, CRASH",
    "poweredOn, guestToolsNotRunning, IF_POSSIBLE, CRASH",
    "poweredOff, guestToolsNotRunning, REQUIRED, AT_REST",
    "suspended, guestToolsNotRunning, IF_POSSIBLE, CRASH"
  })
  void capture_consistency_isWhatWasAchieved(
      String power, String tools, Quiescing quiescing, Consistency achieved) {
    DoubleVm vm = web();
    vm.powerState = power;
    vm.tools = tools;
    try (VsphereSource source = site.source(quiescing);
        Capture capture = source.capture(site.vmId("web"), RUN, null);
        Capture again = source.capture(site.vmId("web"), RUN, capture.name())) {
      assertThat(capture.consistency()).isEqualTo(achieved);
      assertThat(again.consistency()).isEqualTo(achieved);
    }
  }

  @Test
  void capture_guestThatCannotRest_isRefusedUnlessChosen() {
    DoubleVm vm = web();
    vcenter.failNextTask("CreateSnapshot_Task", "ApplicationQuiesceFault", "");
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnavailableException.class)
        .hasMessageContaining("could not be brought to rest");
    vcenter.failNextTask("CreateSnapshot_Task", "ApplicationQuiesceFault", "");
    try (VsphereSource source = site.source(Quiescing.IF_POSSIBLE);
        Capture capture = source.capture(site.vmId("web"), RUN, null)) {
      assertThat(capture.consistency()).isEqualTo(Consistency.CRASH);
      source.release(site.vmId("web"), RUN);
    }
    vm.tools = "guestToolsNotRunning";
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("VMware Tools do not run in it: start them");
    vm.powerState = "suspended";
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("as it is suspended: resume it or switch it off, or set")
        .hasMessageNotContaining("Tools");
    assertThat(vm.snapshotNames()).isEmpty();
  }

  @Test
  void capture_vmThatCannotBeCopied_isRefusedWithAllReasons() {
    DoubleVm vm = web();
    vm.hardwareVersion = "vmx-04";
    vm.consolidationNeeded = true;
    vm.disk(1, new byte[512]).disk(2, new byte[512]).disk(3, new byte[512]);
    vm.disks.get(0).mode = "independent_persistent";
    vm.disks.get(1).mode = "independent_nonpersistent";
    vm.disks.get(2).backing = "VirtualDiskRawDiskMappingVer1BackingInfo";
    vm.disks.get(2).more = "<compatibilityMode>physicalMode</compatibilityMode>";
    vm.disks.get(3).more = "<sharing>sharingMultiWriter</sharing>";
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnreadableException.class)
        .message()
        .contains(
            "The VM 'web'",
            "'Hard disk 1' and 'Hard disk 2' are independent",
            "'Hard disk 3' is a raw device in physical mode",
            "'Hard disk 4' is shared",
            "hardware version is 4",
            "consolidate them");
    assertThat(vcenter.calls).doesNotContain("CreateSnapshot_Task");
  }

  @Test
  void capture_virtualMapping_isTaken() {
    DoubleVm vm = web();
    vm.disks.getFirst().backing = "VirtualDiskRawDiskMappingVer1BackingInfo";
    vm.disks.getFirst().more = "<compatibilityMode>virtualMode</compatibilityMode>";
    site.source.capture(site.vmId("web"), RUN, null).close();
  }

  @Test
  void capture_bootOrder_putsTheRootDiskFirst() {
    DoubleVm vm = web();
    vm.disk(17, noise(2 * MIB, 3));
    vm.bootDiskKey = 2_017;
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThat(capture.disks())
          .extracting(CapturedDisk::label)
          .containsExactly("Hard disk 18", "Hard disk 1");
    }
  }

  /** As after a kill: another process goes on with what still stands. */
  @Test
  void capture_ofAProcessThatWasKilled_isGoneOnWith() {
    web();
    Capture killed = site.source.capture(site.vmId("web"), RUN, null);
    try (VsphereSource next = site.source(Quiescing.REQUIRED);
        Capture again = next.capture(site.vmId("web"), RUN, killed.name())) {
      assertThat(again.name()).isEqualTo(killed.name());
      assertThat(vcenter.count("CreateSnapshot_Task")).isEqualTo(1);
    }
  }

  /** Killed between the snapshot and the note of it. */
  @Test
  void capture_ofARunThatHasOne_isGoneOnWith() {
    DoubleVm vm = web();
    byte[] frozen = vm.disks.getFirst().content;
    CaptureName first;
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      first = capture.name();
    }
    vm.disks.getFirst().content = noise(MIB, 2);
    try (VsphereSource restarted = site.source(Quiescing.REQUIRED);
        Capture capture = restarted.capture(site.vmId("web"), RUN, null)) {
      assertThat(capture.name()).isEqualTo(first);
      assertThat(read(capture.disks().getFirst())).isEqualTo(frozen);
    }
  }

  /** The other one could not know that somebody goes on with what it will release. */
  @Test
  void capture_ofARunThatAnotherConnectorHad_isMadeAnewAndItsRemoved() {
    DoubleVm vm = web();
    site.source.capture(site.vmId("web"), RUN, null).close();
    byte[] now = noise(MIB, 2);
    vm.disks.getFirst().content = now;
    try (VsphereSource other = site.source(VsphereFixture.OTHER_CONNECTOR, Quiescing.REQUIRED);
        Capture capture = other.capture(site.vmId("web"), RUN, null)) {
      site.source.release(site.vmId("web"), RUN);
      assertThat(vm.snapshotNames()).containsExactly("drover site sms-run-0000aaaa");
      assertThat(read(capture.disks().getFirst())).isEqualTo(now);
    }
    site.source.cleanUp(site.vmId("web"), RUN);
    assertThat(vm.snapshotNames()).isEmpty();
  }

  /** Two accounts with the environment and connector that a deployment has by default. */
  @Test
  void release_snapshotsOfAnotherInstallation_areNeverTouched() {
    DoubleVm vm = web();
    try (VsphereSource other = site.ofAnotherInstallation();
        Capture theirs = other.capture(site.vmId("web"), RUN, null)) {
      vcenter.clockAhead = Duration.ofDays(9);
      assertThat(site.source.releaseOrphans(Set.of(), Duration.ofHours(24))).isEmpty();
      site.source.cleanUp(site.vmId("web"), RUN);
      site.source.capture(site.vmId("web"), RUN, null).close();
      assertThat(vm.snapshotNames()).hasSize(2);
      site.source.release(site.vmId("web"), RUN);
      assertThat(vm.snapshotNames()).hasSize(1);
      theirs.verifyUnchanged();
      assertThat(other.releaseOrphans(Set.of(), Duration.ofHours(24))).hasSize(1);
    }
  }

  /** Made by a connector that was set to want less. */
  @Test
  void capture_ofARunWhoseSnapshotPromisesTooLittle_isMadeAnew() {
    DoubleVm vm = web();
    vm.freeze("snapshot-1", "drover site sms-run-0000aaaa", VsphereFixture.OWN, false);
    vm.freeze("snapshot-2", "drover site sms-run-0000bbbb", VsphereFixture.OWN, false);
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThat(vm.snapshotNames())
          .containsExactly("drover site sms-run-0000bbbb", "drover site sms-run-0000aaaa");
      assertThat(capture.consistency()).isEqualTo(Consistency.FILE_SYSTEM);
    }
  }

  /** The vCenter does not answer just when the snapshot is there. */
  @Test
  void capture_snapshotThatNobodyHeardOf_isRemoved() {
    DoubleVm vm = web();
    vcenter.hideNextSnapshot();
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnavailableException.class);
    assertThat(vm.snapshotNames()).isEmpty();
  }

  @Test
  void verifyUnchanged_snapshotThatSomebodyRemoved_asksForAnotherCapture() {
    DoubleVm vm = web();
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      capture.verifyUnchanged();
      vm.removeAllSnapshots();
      assertThatThrownBy(capture::verifyUnchanged)
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("'drover site sms-run-0000aaaa' of 'web' was removed by somebody");
      try (Capture anew = site.source.capture(site.vmId("web"), RUN, capture.name())) {
        assertThat(anew.name().generation()).isGreaterThan(capture.name().generation());
        anew.verifyUnchanged();
      }
    }
  }

  @Test
  void release_run_removesItsSnapshotsAndNoOther() {
    DoubleVm vm = web();
    vm.freeze("snapshot-1", "drover site sms-run-0000aaaa", VsphereFixture.OWN, false);
    vm.freeze("snapshot-2", "drover site sms-run-0000bbbb", VsphereFixture.OWN, false);
    vm.freeze("snapshot-3", "drover elsewhere sms-run-0000aaaa", VsphereFixture.OWN, false);
    vm.freeze("snapshot-4", "sms-run-0000aaaa", VsphereFixture.OWN, false);
    site.source.release(site.vmId("web"), RUN);
    assertThat(vm.snapshotNames())
        .containsExactly(
            "drover site sms-run-0000bbbb",
            "drover elsewhere sms-run-0000aaaa",
            "sms-run-0000aaaa");
  }

  @Test
  void release_snapshotThatCannotBeRemoved_saysSoAndIsAskedForAgain() {
    DoubleVm vm = web();
    site.source.capture(site.vmId("web"), RUN, null).close();
    vcenter.failNextTask("RemoveSnapshot_Task", "TaskInProgress", "");
    try (VsphereSource impatient = site.impatient()) {
      assertThatThrownBy(() -> impatient.release(site.vmId("web"), RUN))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("another task is running");
      impatient.release(site.vmId("web"), RUN);
    }
    assertThat(vm.snapshotNames()).isEmpty();
  }

  /** What is in the way is mostly a lease, which ends within minutes. */
  @Test
  void release_whileAnotherTaskRuns_waitsForItsEnd() {
    DoubleVm vm = web();
    site.source.capture(site.vmId("web"), RUN, null).close();
    vcenter.failNextTask("RemoveSnapshot_Task", "TaskInProgress", "");
    vcenter.failNext("RemoveSnapshot_Task", "TaskInProgress", "");
    site.source.release(site.vmId("web"), RUN);
    assertThat(vm.snapshotNames()).isEmpty();
  }

  /** One lost request kept the lease until its timeout, and the snapshot behind it. */
  @ParameterizedTest
  @CsvSource({"HttpNfcLeaseComplete, done", "HttpNfcLeaseAbort, error"})
  void read_leaseWhoseEndIsLost_isToldItAgain(String method, String end) {
    DoubleVm vm = web();
    vcenter.refuseNext(method);
    vcenter.refuseNext(method);
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null);
        DiskStream pass = ((StreamContent) capture.disks().getFirst().content()).open()) {
      if (end.equals("done")) {
        drain(pass);
      }
    }
    site.source.release(site.vmId("web"), RUN);
    assertThat(lease().state).isEqualTo(end);
    assertThat(vm.snapshotNames()).isEmpty();
    assertThat(vcenter.count(method)).isEqualTo(3);
  }

  @Test
  void release_vmThatIsGone_hasNothingToDo() {
    web();
    String vmId = site.vmId("web");
    site.source.capture(vmId, RUN, null).close();
    vcenter.vms.clear();
    site.source.release(vmId, RUN);
  }

  @Test
  void release_disksThatWereNotMerged_areConsolidated() {
    DoubleVm vm = web();
    site.source.capture(site.vmId("web"), RUN, null).close();
    vm.consolidationNeeded = true;
    site.source.release(site.vmId("web"), RUN);
    assertThat(vcenter.count("ConsolidateVMDisks_Task")).isEqualTo(1);
    assertThat(vm.consolidationNeeded).isFalse();
  }

  @Test
  void releaseOrphans_oneThatCannotBeRemoved_keepsNoOther() {
    DoubleVm vm = web();
    site.write("db", List.of(noise(MIB, 2)));
    vm.freeze("snapshot-1", "drover site sms-run-0000aaaa", VsphereFixture.OWN, false);
    site.vm("db").freeze("snapshot-2", "drover site sms-run-0000bbbb", VsphereFixture.OWN, false);
    vcenter.clockAhead = Duration.ofHours(25);
    vcenter.failNextTask("RemoveSnapshot_Task", "TaskInProgress", "");
    try (VsphereSource impatient = site.impatient()) {
      assertThatThrownBy(() -> impatient.releaseOrphans(Set.of(), Duration.ofHours(24)))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("another task is running");
    }
    assertThat(vm.snapshotNames()).hasSize(1);
    assertThat(site.vm("db").snapshotNames()).isEmpty();
  }

  /** By the vCenter's clock, whatever this machine's says. */
  @Test
  void releaseOrphans_oldOnesOfOurs_goAndNoOthers() {
    DoubleVm vm = web();
    vm.freeze("snapshot-1", "drover site sms-run-0000aaaa", VsphereFixture.OWN, false);
    vm.freeze("snapshot-2", "drover site sms-run-0000bbbb", VsphereFixture.OWN, false);
    vm.freeze("snapshot-3", "drover elsewhere sms-run-0000bbbb", VsphereFixture.OWN, false);
    vm.freeze("snapshot-4", "drover site sms-run-0000cccc", "another connector's", false);
    vm.freeze("snapshot-5", "a backup's", "", false);
    Duration day = Duration.ofHours(24);
    assertThat(site.source.releaseOrphans(Set.of(RUN), day)).isEmpty();
    vcenter.clockAhead = Duration.ofHours(25);
    assertThat(site.source.releaseOrphans(Set.of(RUN), day))
        .containsExactly("'drover site sms-run-0000bbbb' of the VM " + vm.moref);
    vcenter.clockAhead = Duration.ofDays(9);
    assertThat(site.source.releaseOrphans(Set.of(RUN), day))
        .containsExactly("'drover site sms-run-0000cccc' of the VM " + vm.moref);
    assertThat(vm.snapshotNames())
        .containsExactly(
            "drover site sms-run-0000aaaa", "drover elsewhere sms-run-0000bbbb", "a backup's");
  }

  /** A killed connector's lease ends when it was told of no progress for its time. */
  @Test
  void read_whileALeaseOfBeforeIsHeld_waitsForItsEnd() {
    DoubleVm vm = web();
    vcenter.failNext("ExportSnapshot", "TaskInProgress", "");
    vcenter.failNext("ExportSnapshot", "TaskInProgress", "");
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThat(read(capture.disks().getFirst())).isEqualTo(vm.disks.getFirst().content);
    }
    assertThat(vcenter.count("ExportSnapshot")).isEqualTo(3);
  }

  @Test
  void read_twoDisksAtOnce_shareALeaseThatEndsWithThem() {
    DoubleVm vm = web();
    vm.disk(1, noise(MIB, 4)).disk(16, noise(MIB, 6));
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      List<DiskStream> passes =
          capture.disks().stream().map(disk -> ((StreamContent) disk.content()).open()).toList();
      assertThat(vcenter.leases).hasSize(1);
      passes.forEach(VsphereSourceTest::drain);
      assertThat(lease().state).isEqualTo("ready");
      passes.forEach(DiskStream::close);
      assertThat(lease().state).isEqualTo("done");
    }
  }

  /** Two of one size: only the keys tell them apart. */
  @ParameterizedTest
  @CsvSource({"slot", "device"})
  void read_disksOfOneSize_areTheRightOnes(String keys) {
    DoubleVm vm = web();
    vm.disk(1, noise(MIB, 7)).disk(17, noise(MIB, 8));
    vcenter.leaseKeys = keys;
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      for (int i = 0; i < 3; i++) {
        assertThat(read(capture.disks().get(i))).isEqualTo(vm.disks.get(i).content);
      }
    }
  }

  @Test
  void read_leaseWhoseKeysSayNothing_isRefusedAndGivenBack() {
    DoubleVm vm = web();
    vcenter.leaseKeys = "/vm-1/something";
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThat(read(capture.disks().getFirst())).isEqualTo(vm.disks.getFirst().content);
    }
    site.source.release(site.vmId("web"), RUN);
    vm.disk(1, noise(MIB, 7));
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThatThrownBy(() -> read(capture.disks().getFirst()))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("2 of 2 disks are not among them");
    }
    assertThat(vcenter.leases.values())
        .allSatisfy(lease -> assertThat(lease.state).isIn("done", "error"));
  }

  @Test
  void read_streamThatBreaksOff_isNoEndAndGivesTheLeaseBack() {
    DoubleVm vm = web();
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      vcenter.breakAfterBytes = 300_000;
      assertThatThrownBy(() -> read(capture.disks().getFirst()))
          .isInstanceOf(SourceUnavailableException.class)
          .message()
          .doesNotContain("Exception");
      assertThat(lease().state).isEqualTo("error");
      vcenter.breakAfterBytes = -1;
      assertThat(read(capture.disks().getFirst())).isEqualTo(vm.disks.getFirst().content);
    }
  }

  @Test
  void read_streamOfAnotherSize_isRefused() {
    DoubleVm vm = web();
    vm.disks.getFirst().capacityBytes = 2 * MIB;
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThatThrownBy(() -> read(capture.disks().getFirst()))
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("it is of a disk of 1048576 bytes, not of one of 2097152");
    }
  }

  @Test
  void read_exportWithoutTheRight_saysWhich() {
    web();
    vcenter.failNext(
        "ExportSnapshot",
        "NoPermission",
        "<object type=\"VirtualMachine\">vm-10</object><privilegeId>VApp.Export</privilegeId>");
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      assertThatThrownBy(() -> read(capture.disks().getFirst()))
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining("lacks the privilege VApp.Export on the VM 'web' (vm-10)");
    }
  }

  @Test
  void read_lease_isToldOfProgress() {
    web();
    vcenter.leaseTimeoutSeconds = 0;
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null);
        DiskStream pass = ((StreamContent) capture.disks().getFirst().content()).open()) {
      assertThat(pass.next()).isNotNull();
      vcenter.awaitProgress();
      assertThat(lease().progress).allSatisfy(percent -> assertThat(percent).isBetween(0, 99));
    }
  }

  @Test
  void capture_datastoreWithoutRoom_isRefusedBeforeAnythingIsMade() {
    DoubleVm vm = web();
    vcenter.freeGib = 99;
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessage(
            "The datastore 'ds1' of the VM 'web' (vm-10) has 99 of 1000 GiB free, less than the 10 %"
                + " of source.minFreePercent, and a VM snapshot would grow there: free some space,"
                + " or lower it.");
    assertThat(vm.snapshotNames()).isEmpty();
    vcenter.freeGib = 100;
    site.source.capture(site.vmId("web"), RUN, null).close();
  }

  /** A role that was given on a folder of VMs alone. */
  @Test
  void capture_datastoreThatCannotBeSeen_isNotJudged() {
    web();
    vcenter.seesDatastores = false;
    vcenter.freeGib = 0;
    site.source.capture(site.vmId("web"), RUN, null).close();
  }

  @Test
  void read_datastoreThatFillsUp_endsWithWhatBecomesOfTheRun() {
    web();
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      vcenter.freeGib = 9;
      assertThatThrownBy(() -> read(capture.disks().getFirst()))
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining("has 9 of 1000 GiB free")
          .hasMessageContaining("its VM snapshot is removed, what was sent is kept");
      assertThat(lease().state).isEqualTo("error");
    }
  }

  @Test
  void read_moreDisksThanAHostBears_waitWithoutALease() {
    DoubleVm vm = web();
    vm.disk(1, noise(MIB, 4)).disk(2, noise(MIB, 5));
    site.write("db", List.of(noise(MIB, 6)));
    site.vm("db").host = "host-2";
    try (Capture web = site.source.capture(site.vmId("web"), RUN, null);
        Capture db = site.source.capture(site.vmId("db"), RUN, null)) {
      StreamContent waiting = (StreamContent) db.disks().getFirst().content();
      List<DiskStream> passes =
          web.disks().stream().map(disk -> ((StreamContent) disk.content()).open()).toList();
      assertThat(waiting.openIfFree()).as("three of one datastore").isEmpty();
      assertThat(vcenter.count("ExportSnapshot")).isEqualTo(1);
      passes.getFirst().close();
      waiting.openIfFree().orElseThrow().close();
      passes.forEach(DiskStream::close);
    }
  }

  /** What is done to a VM does not reach what is read of it. */
  @Test
  void capture_vmThatChangesAfterwards_showsItsInstant() {
    DoubleVm vm = web();
    vm.disk(1, noise(MIB, 2));
    List<byte[]> frozen = vm.disks.stream().map(disk -> disk.content).toList();
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      vm.disk(2, noise(MIB, 3));
      vm.disks.get(1).content = noise(2 * MIB, 4);
      vm.disks.get(1).capacityBytes = 2 * MIB;
      vm.disks.removeFirst();
      vm.host = "host-2";
      vm.powerState = "poweredOff";
      try (VsphereSource restarted = site.source(Quiescing.REQUIRED);
          Capture again = restarted.capture(site.vmId("web"), RUN, capture.name())) {
        assertThat(again.name()).isEqualTo(capture.name());
        assertThat(again.consistency()).isEqualTo(Consistency.FILE_SYSTEM);
        assertThat(again.disks().stream().map(VsphereSourceTest::read))
            .containsExactlyElementsOf(frozen);
      }
      capture.verifyUnchanged();
    }
  }

  /** Between two runs: a disk is what its backing is, wherever it is plugged in. */
  @Test
  void capture_diskThatMovesOrGrows_isTheSameAndAReplacedOneAnother() {
    DoubleVm vm = web();
    vm.disk(1, noise(MIB, 2));
    InventoryServer before = site.source.inventory().servers().getFirst();
    DoubleVm.DoubleDisk moved = new DoubleVm.DoubleDisk(17, noise(2 * MIB, 3));
    moved.uuid = vm.disks.get(1).uuid;
    vm.disks.set(1, moved);
    vm.disks.getFirst().uuid = "6000C299-0000-0000-0000-000000000000";
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      CapturedDisk replaced = capture.disks().get(0);
      CapturedDisk grown = capture.disks().get(1);
      assertThat(grown.diskId()).isEqualTo(before.disks().get(1).diskId());
      assertThat(grown.sizeBytes()).isEqualTo(2 * MIB);
      assertThat(replaced.diskId()).isNotEqualTo(before.disks().get(0).diskId());
    }
  }

  @Test
  void capture_snapshotThatLeavesADiskOut_isRefusedAndRemoved() {
    DoubleVm vm = web();
    vm.disk(1, noise(MIB, 2));
    vm.disks.get(1).mode = "append";
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("A VM snapshot of 'web' has no 'Hard disk 2' (mode append)");
    assertThat(vm.snapshotNames()).isEmpty();
  }

  @Test
  void read_snapshotThatSomebodyRemoved_saysThatAndNotWhatBroke() {
    DoubleVm vm = web();
    try (Capture capture = site.source.capture(site.vmId("web"), RUN, null)) {
      StreamContent disk = (StreamContent) capture.disks().getFirst().content();
      vm.removeAllSnapshots();
      assertThatThrownBy(disk::open)
          .isInstanceOf(SourceUnavailableException.class)
          .hasMessageContaining("was removed by somebody else while it was read");
    }
  }

  @Test
  void capture_hostInMaintenance_saysWhatToBringBack() {
    DoubleVm vm = web();
    vm.connectionState = "disconnected";
    assertThatThrownBy(() -> site.source.capture(site.vmId("web"), RUN, null))
        .isInstanceOf(SourceUnavailableException.class)
        .hasMessageContaining("is disconnected: bring its host and its datastore back");
  }

  private VcenterDouble.Lease lease() {
    return vcenter.leases.values().iterator().next();
  }

  private DoubleVm web() {
    site.write("web", List.of(noise(MIB, 1)));
    return site.vm("web");
  }

  private static byte[] noise(int bytes, long seed) {
    byte[] noise = new byte[bytes];
    new Random(seed).nextBytes(noise);
    Arrays.fill(noise, bytes / 4, bytes / 2, (byte) 0);
    return noise;
  }

  private static byte[] read(CapturedDisk disk) {
    byte[] bytes = new byte[Math.toIntExact(disk.sizeBytes())];
    try (DiskStream pass = ((StreamContent) disk.content()).open()) {
      for (DiskStream.Stretch at = pass.next(); at != null; at = pass.next()) {
        ByteBuffer data = at.data();
        data.get(bytes, Math.toIntExact(at.offsetBytes()), data.remaining());
      }
    }
    return bytes;
  }

  private static void drain(DiskStream pass) {
    long bytes = 0;
    for (DiskStream.Stretch at = pass.next(); at != null; at = pass.next()) {
      bytes += at.data().remaining();
    }
    assertThat(bytes).isPositive();
  }
}
