package dev.drover.connector.vsphere;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the connector's user must be allowed on the VMs that it copies, and no more. Each role has
 * {@code System.Anonymous}, {@code System.View} and {@code System.Read} by itself: with them the
 * inventory is read.
 *
 * @see <a href="https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/">vSphere Web
 *     Services API</a>, "Required Privileges" of each method
 */
public enum Privilege {
  CREATE_SNAPSHOT(
      "VirtualMachine.State.CreateSnapshot",
      "the VM snapshot that a run reads (CreateSnapshot_Task)"),
  REMOVE_SNAPSHOT(
      "VirtualMachine.State.RemoveSnapshot",
      "removing it, and merging disks that a removal left over (RemoveSnapshot_Task,"
          + " ConsolidateVMDisks_Task)"),
  EXPORT("VApp.Export", "reading the snapshot's disks (ExportSnapshot)");

  private final String id;
  private final String purpose;

  Privilege(String id, String purpose) {
    this.id = id;
    this.purpose = purpose;
  }

  /** As the API has it. */
  public String id() {
    return id;
  }

  /** What it is for, for people. */
  public String purpose() {
    return purpose;
  }

  /**
   * A user as permissions name it, who may log in as {@code drover@vsphere.local}, too.
   *
   * @return for example {@code VSPHERE.LOCAL\drover}
   */
  static String principal(String user) {
    int at = user.lastIndexOf('@');
    return at < 0
        ? user
        : user.substring(at + 1).toUpperCase(Locale.ROOT) + "\\" + user.substring(0, at);
  }

  /**
   * Makes the role and gives it to a user, by govc.
   *
   * @param role no quotes
   * @param principal for example {@code VSPHERE.LOCAL\drover}; no quotes
   */
  public static String govcCommand(String role, String principal) {
    return "govc role.create '%s' %s\ngovc permissions.set -principal '%s' -role '%s' -propagate=true /"
        .formatted(plain(role), ids(" "), plain(principal), plain(role));
  }

  /** The same by PowerCLI. */
  public static String powerCliCommand(String role, String principal) {
    return ("New-VIRole -Name '%s' -Privilege (Get-VIPrivilege -Id %s)\n"
            + "New-VIPermission -Entity (Get-Folder -NoRecursion) -Principal '%s' -Role '%s'"
            + " -Propagate:$true")
        .formatted(plain(role), ids(","), plain(principal), plain(role));
  }

  private static String ids(String separator) {
    return Arrays.stream(values()).map(Privilege::id).collect(Collectors.joining(separator));
  }

  private static String plain(String name) {
    if (name.indexOf('\'') >= 0) {
      throw new IllegalArgumentException("a quote in '" + name + "'");
    }
    return name;
  }
}
