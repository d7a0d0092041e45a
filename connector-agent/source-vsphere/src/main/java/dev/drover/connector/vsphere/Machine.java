package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A VM, with the basic facts that an inventory has and nothing more: not the guest's addresses,
 * which nobody needs.
 *
 * @param id what Drover calls it
 * @param parent folder or vApp; null where the user may not see it
 * @param powerState {@code poweredOn}, {@code poweredOff} or {@code suspended}
 * @param hardwareVersion for example 19 of {@code vmx-19}; 0 where it is not told
 * @param os the guest's system in words; null where it is not told
 * @param toolsRunning whether VMware Tools can bring the guest's file systems to rest
 * @param consolidationNeeded whether disks of removed snapshots were left over
 * @param disks in boot order
 */
record Machine(
    VmId id,
    String name,
    @Nullable Moref parent,
    String powerState,
    int hardwareVersion,
    int cpus,
    long memoryMib,
    @Nullable String os,
    Firmware firmware,
    boolean toolsRunning,
    boolean consolidationNeeded,
    List<VirtualDisk> disks) {

  /** What is asked for of each VM. */
  static final List<String> PROPERTIES =
      List.of(
          "name",
          "parent",
          "parentVApp",
          "runtime.powerState",
          "runtime.connectionState",
          "runtime.consolidationNeeded",
          "config.template",
          "config.instanceUuid",
          "config.version",
          "config.hardware.numCPU",
          "config.hardware.memoryMB",
          "config.hardware.device",
          "config.guestFullName",
          "config.firmware",
          "config.bootOptions",
          "guest.toolsRunningStatus");

  /** Whether it is one: a template cannot run, so there is nothing to migrate. */
  static boolean isTemplate(PropertySet vm) {
    return vm.flag("config.template");
  }

  /** Why nothing can be said of a VM, the end of a sentence; empty when something can. */
  static String trouble(PropertySet vm) {
    String connection = vm.text("runtime.connectionState");
    if (!connection.isEmpty() && !connection.equals("connected")) {
      return "is "
          + connection
          + ": bring its host and its datastore back, or remove it from the inventory";
    }
    return vm.find("config.hardware.device").isEmpty()
        ? "tells nothing of its devices: give the user read-only rights on it"
        : "";
  }

  static Machine of(PropertySet vm) {
    List<VirtualDisk> disks = VirtualDisk.among(vm.get("config.hardware.device"));
    Long cpus = vm.number("config.hardware.numCPU");
    Long memoryMib = vm.number("config.hardware.memoryMB");
    if (cpus == null || memoryMib == null) {
      throw new InvalidAnswerException("a VM has neither processors nor memory");
    }
    return new Machine(
        VmId.of(vm),
        InventoryName.decoded(vm.text("name")),
        vm.ref("parent") == null ? vm.ref("parentVApp") : vm.ref("parent"),
        vm.text("runtime.powerState"),
        hardwareVersion(vm.text("config.version")),
        Math.toIntExact(cpus),
        memoryMib,
        vm.text("config.guestFullName").isEmpty() ? null : vm.text("config.guestFullName"),
        vm.text("config.firmware").equals("efi") ? Firmware.UEFI : Firmware.BIOS,
        vm.text("guest.toolsRunningStatus").equals("guestToolsRunning"),
        vm.flag("runtime.consolidationNeeded"),
        inBootOrder(disks, vm.find("config.bootOptions").orElse(null)));
  }

  private static int hardwareVersion(String version) {
    return version.matches("vmx-[0-9]{1,4}") ? Integer.parseInt(version.substring(4)) : 0;
  }

  /** What the boot order names comes first; the firmware tries the rest by its slots. */
  static List<VirtualDisk> inBootOrder(List<VirtualDisk> disks, @Nullable Element bootOptions) {
    if (bootOptions == null) {
      return disks;
    }
    List<Long> order =
        bootOptions.children("bootOrder").stream()
            .filter(device -> device.type().equals("VirtualMachineBootOptionsBootableDiskDevice"))
            .map(device -> device.number("deviceKey"))
            .toList();
    List<VirtualDisk> ordered = new ArrayList<>(disks);
    ordered.sort(
        Comparator.comparingInt(
            disk -> {
              int place = order.indexOf(disk.key());
              return place < 0 ? Integer.MAX_VALUE : place;
            }));
    return List.copyOf(ordered);
  }

  boolean isPoweredOn() {
    return powerState.equals("poweredOn");
  }

  boolean isPoweredOff() {
    return powerState.equals("poweredOff");
  }

  /**
   * As the cloud is told.
   *
   * @param path where it stands in the inventory's tree
   */
  Report.InventoryServer toInventory(String path) {
    return new Report.InventoryServer(
        id.text(),
        name,
        path,
        os,
        firmware,
        cpus,
        memoryMib,
        disks.stream()
            .map(
                disk ->
                    new Report.InventoryDisk(
                        disk.diskId(id.text()), disk.label(), disk.capacityBytes()))
            .toList());
  }
}
