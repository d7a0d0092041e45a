package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.SourceUnavailableException;
import dev.drover.connector.vsphere.soap.InvalidAnswerException;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.PropertySet;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import dev.drover.connector.words.CatalogText;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.Shortened;
import dev.drover.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every VM that the user may see, read page by page: what is kept of each is what is reported. */
final class VmInventory {
  /** Of a name in a sentence; vSphere takes 80. */
  private static final int MAX_SHOWN_CHARS = 80;

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
    Findings findings = new Findings(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    properties.ofAll(Map.of("VirtualMachine", Machine.PROPERTIES), vm -> add(vm, tree, findings));
    return new SourceInventory(findings.servers(), findings.problems(), findings.warnings());
  }

  private record Findings(
      List<Report.InventoryServer> servers, List<String> problems, List<String> warnings) {}

  private static void add(PropertySet vm, InventoryTree tree, Findings findings) {
    if (Machine.isTemplate(vm)) {
      return;
    }
    String trouble = Machine.trouble(vm);
    try {
      if (trouble.isEmpty()) {
        Machine machine = Machine.of(vm);
        Report.InventoryServer server = machine.toInventory(tree.path(machine));
        trouble = trouble(server);
        if (trouble.isEmpty()) {
          findings.servers().add(server);
          Preflight.refusal(machine).ifPresent(findings.warnings()::add);
        }
      }
    } catch (InvalidAnswerException | InvalidMessageException e) {
      trouble = "is told of in words that the vSphere API does not have (" + e.getMessage() + ")";
    }
    if (!trouble.isEmpty()) {
      findings.problems().add(named(vm) + " " + trouble + "; it is left out.");
    }
  }

  /** Why the catalog would not take a server, the end of a sentence; empty when it does. */
  private static String trouble(Report.InventoryServer server) {
    if (server.disks().isEmpty()) {
      return "has no disks: there is nothing to replicate";
    }
    if (server.disks().size() > Report.InventoryServer.MAX_DISKS) {
      return "has "
          + server.disks().size()
          + " disks, an image can have "
          + Report.InventoryServer.MAX_DISKS
          + ": copy it in parts";
    }
    return Stream.of(
            unfit("name", CatalogText.objectionToName(server.name())),
            unfit("path", CatalogText.objection(String.valueOf(server.vmPath()))),
            unfit("guest system", CatalogText.objection(String.valueOf(server.os()))))
        .filter(trouble -> !trouble.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String unfit(String what, String objection) {
    return objection.isEmpty() ? "" : "cannot be in the catalog, for its " + what + " " + objection;
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
    String name = Shortened.shown(InventoryName.decoded(vm.text("name")), MAX_SHOWN_CHARS);
    return "The VM '" + name + "' (" + vm.object().value() + ")";
  }
}
