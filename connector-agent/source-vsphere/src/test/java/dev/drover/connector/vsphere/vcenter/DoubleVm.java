package dev.drover.connector.vsphere.vcenter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A VM of the double; a test changes its fields. */
public final class DoubleVm {
  public final String moref;
  public String name;
  public String instanceUuid;
  public String parent = "group-v3";
  public boolean template;
  public String connectionState = "connected";
  public String host = "host-1";
  public String powerState = "poweredOn";
  public String firmware = "bios";
  public String hardwareVersion = "vmx-19";
  public String tools = "guestToolsRunning";
  public boolean consolidationNeeded;
  public long bootDiskKey = -1;
  public final List<DoubleDisk> disks = new ArrayList<>();
  final List<DoubleSnapshot> snapshots = new ArrayList<>();

  public DoubleVm(String moref, String name) {
    this.moref = moref;
    this.name = name;
    this.instanceUuid = "5029b0f2-4f3c-0d3e-9c0a-" + "%012x".formatted(moref.hashCode());
  }

  /** A disk at the SCSI controller of the number {@code unit / 16}. */
  public static final class DoubleDisk {
    public final int unit;
    public byte[] content;
    public long capacityBytes;
    public String uuid;
    public String mode = "persistent";
    public String backing = "VirtualDiskFlatVer2BackingInfo";
    public String more = "";

    public DoubleDisk(int unit, byte[] content) {
      this.unit = unit;
      this.content = content;
      this.capacityBytes = content.length;
      this.uuid = "6000C29" + unit + "-0000-0000-0000-000000000000";
    }

    long key() {
      return 2_000L + unit;
    }

    int bus() {
      return unit / 16;
    }
  }

  /** What a snapshot froze. */
  static final class DoubleSnapshot {
    final String moref;
    final String name;
    final String description;
    final boolean quiesced;
    final Instant createTime;
    final List<DoubleDisk> disks = new ArrayList<>();
    @Nullable DoubleSnapshot parent;

    DoubleSnapshot(
        String moref, String name, String description, boolean quiesced, Instant createTime) {
      this.moref = moref;
      this.name = name;
      this.description = description;
      this.quiesced = quiesced;
      this.createTime = createTime;
    }
  }

  public DoubleVm disk(int unit, byte[] content) {
    disks.add(new DoubleDisk(unit, content));
    return this;
  }

  public List<String> snapshotNames() {
    return snapshots.stream().map(snapshot -> snapshot.name).toList();
  }

  DoubleSnapshot freeze(
      String snapshotMoref, String snapshotName, String text, boolean quiesce, Instant now) {
    DoubleSnapshot snapshot = new DoubleSnapshot(snapshotMoref, snapshotName, text, quiesce, now);
    snapshot.parent = snapshots.isEmpty() ? null : snapshots.getLast();
    for (DoubleDisk disk : disks) {
      if (disk.mode.equals("persistent")) {
        DoubleDisk frozen = new DoubleDisk(disk.unit, disk.content.clone());
        frozen.capacityBytes = disk.capacityBytes;
        frozen.uuid = disk.uuid;
        snapshot.disks.add(frozen);
      }
    }
    snapshots.add(snapshot);
    return snapshot;
  }

  /** A snapshot that somebody else made. */
  public void freeze(String snapshotMoref, String snapshotName, String text, boolean quiesce) {
    freeze(snapshotMoref, snapshotName, text, quiesce, Instant.now());
  }

  public void removeAllSnapshots() {
    snapshots.clear();
  }

  /** Its children become its parent's. */
  void remove(DoubleSnapshot snapshot) {
    snapshots.remove(snapshot);
    snapshots.forEach(
        child -> child.parent = child.parent == snapshot ? snapshot.parent : child.parent);
  }

  /** Properties by their paths, as XML. */
  Map<String, String> properties() {
    Map<String, String> p = new LinkedHashMap<>();
    p.put("name", string(name));
    p.put("parent", ref("Folder", parent));
    p.put("runtime.host", ref("HostSystem", host));
    p.put(
        "datastore",
        "<val xsi:type=\"ArrayOfManagedObjectReference\"><ManagedObjectReference"
            + " type=\"Datastore\" xsi:type=\"ManagedObjectReference\">datastore-1"
            + "</ManagedObjectReference></val>");
    p.put("runtime.powerState", typed("VirtualMachinePowerState", powerState));
    p.put("runtime.connectionState", typed("VirtualMachineConnectionState", connectionState));
    p.put("runtime.consolidationNeeded", bool(consolidationNeeded));
    if (connectionState.equals("connected")) {
      p.put("config.template", bool(template));
      p.put("config.instanceUuid", string(instanceUuid));
      p.put("config.version", string(hardwareVersion));
      p.put("config.hardware.numCPU", typed("xsd:int", "2"));
      p.put("config.hardware.memoryMB", typed("xsd:int", "4096"));
      p.put("config.hardware.device", devices(disks));
      p.put("config.guestFullName", string("Debian GNU/Linux 12 (64-bit)"));
      p.put("config.firmware", string(firmware));
      p.put("config.bootOptions", bootOptions());
      p.put("guest.toolsRunningStatus", string(tools));
      p.put("guest.ipAddress", string("10.0.0.7"));
      p.put(
          "guest.net",
          "<val xsi:type=\"ArrayOfGuestNicInfo\"><GuestNicInfo xsi:type=\"GuestNicInfo\">"
              + "<ipAddress>10.0.0.7</ipAddress><ipAddress>fe80::1</ipAddress>"
              + "<connected>true</connected></GuestNicInfo></val>");
    }
    if (!snapshots.isEmpty()) {
      p.put("snapshot", tree());
    }
    return p;
  }

  String bootOptions() {
    String order =
        bootDiskKey < 0
            ? ""
            : "<bootOrder xsi:type=\"VirtualMachineBootOptionsBootableCdromDevice\"></bootOrder>"
                + "<bootOrder xsi:type=\"VirtualMachineBootOptionsBootableDiskDevice\"><deviceKey>"
                + bootDiskKey
                + "</deviceKey></bootOrder>";
    return "<val xsi:type=\"VirtualMachineBootOptions\"><bootDelay>0</bootDelay>"
        + order
        + "</val>";
  }

  String devices(List<DoubleDisk> ofThese) {
    StringBuilder devices = new StringBuilder("<val xsi:type=\"ArrayOfVirtualDevice\">");
    for (int bus = 0; bus < 2; bus++) {
      devices.append(
          "<VirtualDevice xsi:type=\"ParaVirtualSCSIController\"><key>%d</key><busNumber>%d</busNumber><sharedBus>noSharing</sharedBus></VirtualDevice>"
              .formatted(1_000 + bus, bus));
    }
    devices.append(
        "<VirtualDevice xsi:type=\"VirtualCdrom\"><key>3000</key><controllerKey>200</controllerKey></VirtualDevice>");
    for (DoubleDisk disk : ofThese) {
      devices.append(
          ("<VirtualDevice xsi:type=\"VirtualDisk\"><key>%d</key><deviceInfo xsi:type=\"Description\">"
                  + "<label>Hard disk %d</label><summary>%d KB</summary></deviceInfo>"
                  + "<backing xsi:type=\"%s\"><fileName>[ds1] %s/disk-%d.vmdk</fileName>"
                  + "<diskMode>%s</diskMode><uuid>%s</uuid>%s</backing><controllerKey>%d</controllerKey>"
                  + "<unitNumber>%d</unitNumber><capacityInKB>%d</capacityInKB>"
                  + "<capacityInBytes>%d</capacityInBytes></VirtualDevice>")
              .formatted(
                  disk.key(),
                  disk.unit + 1,
                  disk.capacityBytes / 1_024,
                  disk.backing,
                  moref,
                  disk.unit,
                  disk.mode,
                  disk.uuid,
                  disk.more,
                  1_000 + disk.bus(),
                  disk.unit % 16,
                  disk.capacityBytes / 1_024,
                  disk.capacityBytes));
    }
    return devices.append("</val>").toString();
  }

  private String tree() {
    StringBuilder tree = new StringBuilder("<val xsi:type=\"VirtualMachineSnapshotInfo\">");
    tree.append("<currentSnapshot type=\"VirtualMachineSnapshot\">")
        .append(snapshots.getLast().moref)
        .append("</currentSnapshot>");
    children(null, "rootSnapshotList", tree);
    return tree.append("</val>").toString();
  }

  private void children(@Nullable DoubleSnapshot parentOf, String element, StringBuilder tree) {
    for (DoubleSnapshot snapshot : snapshots) {
      if (snapshot.parent == parentOf) {
        tree.append('<')
            .append(element)
            .append('>')
            .append("<snapshot type=\"VirtualMachineSnapshot\">")
            .append(snapshot.moref)
            .append("</snapshot>")
            .append("<vm type=\"VirtualMachine\">")
            .append(moref)
            .append("</vm>")
            .append("<name>")
            .append(snapshot.name)
            .append("</name>")
            .append("<description>")
            .append(snapshot.description)
            .append("</description>")
            .append("<id>1</id><createTime>")
            .append(snapshot.createTime)
            .append("</createTime>")
            .append("<state>poweredOn</state><quiesced>")
            .append(snapshot.quiesced)
            .append("</quiesced>");
        children(snapshot, "childSnapshotList", tree);
        tree.append("</").append(element).append('>');
      }
    }
  }

  static String string(String text) {
    return typed("xsd:string", text);
  }

  static String bool(boolean value) {
    return typed("xsd:boolean", Boolean.toString(value));
  }

  static String typed(String type, String text) {
    return "<val xsi:type=\"" + type + "\">" + escaped(text) + "</val>";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  static String ref(String type, String value) {
    return "<val type=\"" + type + "\" xsi:type=\"ManagedObjectReference\">" + value + "</val>";
  }
}
