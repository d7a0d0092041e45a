package dev.drover.connector.vsphere.soap;

import java.util.Locale;

/**
 * A managed object reference: how vSphere names an object on one vCenter or host.
 *
 * @param type for example {@code VirtualMachine}
 * @param value for example {@code vm-49}; a single ESXi host numbers its VMs
 */
public record Moref(String type, String value) {
  /** The object as a sentence names it, for example {@code the VM vm-49}. */
  @Override
  public String toString() {
    return "the " + word() + " " + value;
  }

  /** What people call an object of this type. */
  public String word() {
    return switch (type) {
      case "VirtualMachine" -> "VM";
      case "HostSystem" -> "host";
      case "VirtualMachineSnapshot" -> "VM snapshot";
      case "HttpNfcLease" -> "export lease";
      default -> type.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    };
  }
}
