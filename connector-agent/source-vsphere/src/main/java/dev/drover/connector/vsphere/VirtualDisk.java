package dev.drover.connector.vsphere;

import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.protocol.DiskId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A disk of a VM, as its configuration or that of a VM snapshot has it.
 *
 * @param key of the device; another disk may get it later
 * @param label for example {@code Hard disk 1}
 * @param capacityBytes what the guest sees
 * @param uuid of the backing; empty where the host tells none
 * @param mode for example {@code persistent} or {@code independent_persistent}
 * @param backing the class of the backing without {@code BackingInfo}, for example {@code
 *     VirtualDiskFlatVer2}
 * @param compatibilityMode of a raw device mapping; else empty
 * @param sharing for example {@code sharingMultiWriter}; empty on old hosts
 * @param fileName {@code [datastore] folder/name.vmdk}
 * @param slot where it is plugged in
 */
record VirtualDisk(
    long key,
    String label,
    long capacityBytes,
    String uuid,
    String mode,
    String backing,
    String compatibilityMode,
    String sharing,
    String fileName,
    Slot slot) {

  /**
   * A place at a controller.
   *
   * @param controllerKey of the controller's device: IDE 200, SCSI 1000, SATA 15000, NVMe 31000,
   *     plus the number of the bus
   * @param controller its class, for example {@code ParaVirtualSCSIController}
   * @param bus its number among those of its kind
   * @param busSharing of a SCSI controller, for example {@code noSharing}; else empty
   * @param unit the number at the controller
   */
  record Slot(long controllerKey, String controller, long bus, String busSharing, long unit) {}

  private static final Comparator<VirtualDisk> BY_SLOT =
      Comparator.<VirtualDisk>comparingLong(disk -> disk.slot().controllerKey())
          .thenComparingLong(disk -> disk.slot().unit());

  /** The disks among devices, in the order of their slots. */
  static List<VirtualDisk> among(Element devices) {
    Map<Long, Element> byKey = new HashMap<>();
    devices.children().forEach(device -> byKey.put(device.number("key"), device));
    return devices.children().stream()
        .filter(device -> device.type().equals("VirtualDisk"))
        .map(device -> of(device, byKey))
        .sorted(BY_SLOT)
        .toList();
  }

  private static VirtualDisk of(Element device, Map<Long, Element> devices) {
    Element backing = device.get("backing");
    return new VirtualDisk(
        device.number("key"),
        device.text("deviceInfo.label"),
        capacity(device),
        backing.text("uuid"),
        backing.text("diskMode"),
        backing.type().replaceFirst("BackingInfo$", ""),
        backing.text("compatibilityMode"),
        backing.text("sharing"),
        backing.text("fileName"),
        slot(device, devices));
  }

  /** In bytes since API 5.5, and then in KiB, too. */
  private static long capacity(Element device) {
    long bytes =
        device
            .find("capacityInBytes")
            .map(Element::number)
            .orElseGet(() -> Math.multiplyExact(device.number("capacityInKB"), 1024L));
    if (bytes <= 0) {
      throw new InvalidAnswerException("a disk has " + bytes + " bytes");
    }
    return bytes;
  }

  private static Slot slot(Element device, Map<Long, Element> devices) {
    long controllerKey = device.find("controllerKey").map(Element::number).orElse(-1L);
    long unit = device.find("unitNumber").map(Element::number).orElse(-1L);
    Element controller = devices.get(controllerKey);
    return controller == null
        ? new Slot(controllerKey, "", -1, "", unit)
        : new Slot(
            controllerKey,
            controller.type(),
            controller.find("busNumber").map(Element::number).orElse(-1L),
            controller.text("sharedBus"),
            unit);
  }

  /**
   * What the disk's id is made of. A snapshot's disk and the live one have the same; where the host
   * tells no uuid, the file's name stands in, without what a snapshot appends to it.
   */
  String backingUuid() {
    return uuid.isEmpty() ? fileName.replaceFirst("(-[0-9]{6})?\\.vmdk$", "") : uuid;
  }

  DiskId diskId(String vmId) {
    return DiskId.of(vmId, backingUuid());
  }

  /** The datastore's name. */
  String datastore() {
    return fileName.replaceFirst("^\\[([^]]*)\\].*", "$1");
  }

  /** A VM snapshot leaves such a disk out. */
  boolean isIndependent() {
    return mode.startsWith("independent");
  }

  /** The guest speaks to the LUN itself, past the hypervisor. */
  boolean isPhysicalMapping() {
    return backing.startsWith("VirtualDiskRawDiskMapping")
        && !compatibilityMode.equals("virtualMode");
  }

  /** Others may write to it at the same time; such a disk takes no snapshot. */
  boolean isShared() {
    return sharing.equals("sharingMultiWriter")
        || slot.busSharing().equals("physicalSharing")
        || slot.busSharing().equals("virtualSharing");
  }
}
