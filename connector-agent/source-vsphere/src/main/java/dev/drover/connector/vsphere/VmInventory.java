package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every VM that the user may see, read page by page: what is kept of each is what is reported. */
final class VmInventory {
  private final VimClient vim;
  private final Properties properties;

  VmInventory(VimClient vim) {
    this.vim = vim;
    this.properties = new Properties(vim);
  }

  /** A session that ends in the middle takes the pages with it: then all is read once more. */
  SourceInventory read() {
    int session = vim.sessionNumber();
    try {
      return readPages();
    } catch (VimFault e) {
      if (session == 0 || session == vim.sessionNumber()) {
        throw e;
      }
      return readPages();
    }
  }

  private SourceInventory readPages() {
    InventoryTree tree = InventoryTree.read(properties);
    List<Report.InventoryServer> servers = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    properties.ofAll(
        Map.of("VirtualMachine", Machine.PROPERTIES), vm -> add(vm, tree, servers, problems));
    return new SourceInventory(servers, problems);
  }

  private static void add(
      PropertySet vm,
      InventoryTree tree,
      List<Report.InventoryServer> servers,
      List<String> problems) {
    if (Machine.isTemplate(vm)) {
      return;
    }
    String trouble = Machine.trouble(vm);
    try {
      if (trouble.isEmpty()) {
        Machine machine = Machine.of(vm);
        trouble = machine.disks().isEmpty() ? "has no disks: there is nothing to replicate" : "";
        if (trouble.isEmpty()) {
          servers.add(machine.toInventory(tree.path(machine)));
        }
      }
    } catch (InvalidAnswerException | InvalidMessageException e) {
      trouble = "is told of in words that the vSphere API does not have (" + e.getMessage() + ")";
    }
    if (!trouble.isEmpty()) {
      problems.add(named(vm) + " " + trouble + "; it is left out.");
    }
  }

  /** One VM, as it is now. */
  Machine machine(VmId id) {
    PropertySet vm = properties.of(id.reference(), Machine.PROPERTIES.toArray(String[]::new));
    String trouble = Machine.trouble(vm);
    if (!trouble.isEmpty()) {
      throw new SourceUnavailableException(named(vm) + " " + trouble + ".", null);
    }
    try {
      return Machine.of(vm);
    } catch (InvalidAnswerException e) {
      throw vim.invalid(e);
    }
  }

  private static String named(PropertySet vm) {
    return "The VM '" + InventoryName.decoded(vm.text("name")) + "' (" + vm.object().value() + ")";
  }
}
