package dev.drover.connector.vsphere;

import dev.drover.connector.source.SourceRight;
import dev.drover.connector.source.SourceRight.Answer;
import dev.drover.connector.vsphere.soap.Arguments;
import dev.drover.connector.vsphere.soap.Element;
import dev.drover.connector.vsphere.soap.Moref;
import dev.drover.connector.vsphere.soap.Properties;
import dev.drover.connector.vsphere.soap.VimClient;
import dev.drover.connector.vsphere.soap.VimFault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks of each VM that the user sees which privileges the user has on it.
 *
 * @see <a
 *     href="https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.AuthorizationManager.html">HasPrivilegeOnEntities</a>,
 *     since vSphere API 5.5
 */
final class RightsCheck {
  /** VMs in one question: an answer has three lines for each. */
  private static final int AT_ONCE = 100;

  private final VimClient vim;

  RightsCheck(VimClient vim) {
    this.vim = vim;
  }

  /** The login, and each privilege. */
  List<SourceRight> run() {
    List<SourceRight> rights = new ArrayList<>();
    Map<Moref, String> names = names();
    rights.add(
        new SourceRight(
            Answer.GRANTED,
            vim.user() + " logs in to " + vim.server() + ": " + vim.service().description()));
    if (names.isEmpty()) {
      rights.add(
          new SourceRight(
              Answer.REFUSED,
              vim.user()
                  + " sees no VM on "
                  + vim.server()
                  + ": give it the role below, on a folder that has VMs or on the root."));
      return rights;
    }
    try {
      Map<Privilege, List<Moref>> lacking = lacking(List.copyOf(names.keySet()));
      for (Privilege privilege : Privilege.values()) {
        rights.add(right(privilege, lacking.getOrDefault(privilege, List.of()), names));
      }
    } catch (VimFault.NotAuthenticated e) {
      throw e;
    } catch (VimFault e) {
      rights.add(
          new SourceRight(
              Answer.UNKNOWN, "the privileges cannot be asked for (" + e.getMessage() + ")"));
    }
    return rights;
  }

  private Map<Moref, String> names() {
    Map<Moref, String> names = new LinkedHashMap<>();
    new Properties(vim)
        .ofAll(
            Map.of("VirtualMachine", List.of("name", "config.template")),
            vm -> {
              if (!Machine.isTemplate(vm)) {
                names.put(vm.object(), InventoryName.decoded(vm.text("name")));
              }
            });
    return names;
  }

  private Map<Privilege, List<Moref>> lacking(List<Moref> vms) {
    Map<Privilege, List<Moref>> lacking = new EnumMap<>(Privilege.class);
    for (int from = 0; from < vms.size(); from += AT_ONCE) {
      Arguments arguments = new Arguments();
      vms.subList(from, Math.min(from + AT_ONCE, vms.size()))
          .forEach(vm -> arguments.ref("entity", vm));
      arguments.text("sessionId", vim.sessionKey());
      for (Privilege privilege : Privilege.values()) {
        arguments.text("privId", privilege.id());
      }
      vim.answers(vim.service().authorizationManager(), "HasPrivilegeOnEntities", arguments)
          .forEach(vm -> note(vm, lacking));
    }
    return lacking;
  }

  private static void note(Element vm, Map<Privilege, List<Moref>> lacking) {
    for (Privilege privilege : Privilege.values()) {
      boolean granted =
          vm.children("privAvailability").stream()
              .anyMatch(it -> it.text("privId").equals(privilege.id()) && it.flag("isGranted"));
      if (!granted) {
        lacking.computeIfAbsent(privilege, _ -> new ArrayList<>()).add(vm.get("entity").ref());
      }
    }
  }

  private SourceRight right(Privilege privilege, List<Moref> lacking, Map<Moref, String> names) {
    if (lacking.isEmpty()) {
      return new SourceRight(
          Answer.GRANTED,
          privilege.id() + " on all " + names.size() + " VMs: " + privilege.purpose());
    }
    Moref first = lacking.getFirst();
    return new SourceRight(
        Answer.REFUSED,
        vim.user()
            + " lacks "
            + privilege.id()
            + " on "
            + lacking.size()
            + " of "
            + names.size()
            + " VMs, for example '"
            + names.getOrDefault(first, "")
            + "' ("
            + first.value()
            + "). It is for "
            + privilege.purpose()
            + ": add it to the user's role there.");
  }
}
