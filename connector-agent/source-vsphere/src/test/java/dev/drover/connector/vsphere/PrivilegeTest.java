package dev.drover.connector.vsphere;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What an administrator types, and that the documentation has the same. */
class PrivilegeTest {
  private static final String USER = "VSPHERE.LOCAL\\drover";

  @Test
  void commands_haveEveryPrivilege() {
    assertThat(Privilege.govcCommand("Drover", USER))
        .isEqualTo(
            "govc role.create 'Drover' VirtualMachine.State.CreateSnapshot"
                + " VirtualMachine.State.RemoveSnapshot VApp.Export\n"
                + "govc permissions.set -principal 'VSPHERE.LOCAL\\drover' -role 'Drover'"
                + " -propagate=true /");
    assertThat(Privilege.powerCliCommand("Drover", USER))
        .startsWith(
            "New-VIRole -Name 'Drover' -Privilege (Get-VIPrivilege -Id"
                + " VirtualMachine.State.CreateSnapshot,VirtualMachine.State.RemoveSnapshot,"
                + "VApp.Export)\n");
  }

  @Test
  void documentation_hasTheSame() throws IOException {
    Path docs = Path.of(System.getProperty("basedir", ".")).resolve("../../docs/vsphere.md");
    String text = Files.readString(docs);
    assertThat(text).contains(Privilege.govcCommand("Drover", USER));
    assertThat(text).contains(Privilege.powerCliCommand("Drover", USER));
    for (Privilege privilege : Privilege.values()) {
      assertThat(text).contains("| `" + privilege.id() + "` | " + privilege.purpose() + " |");
    }
  }
}
