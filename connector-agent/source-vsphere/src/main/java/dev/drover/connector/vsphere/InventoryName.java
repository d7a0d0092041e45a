package dev.drover.connector.vsphere;

/** Names in an inventory, in which vSphere writes three characters as in an address. */
final class InventoryName {
  private InventoryName() {}

  /** As people see it in the vSphere Client. */
  static String decoded(String name) {
    return name.replaceAll("(?i)%2f", "/").replaceAll("(?i)%5c", "\\\\").replace("%25", "%");
  }
}
