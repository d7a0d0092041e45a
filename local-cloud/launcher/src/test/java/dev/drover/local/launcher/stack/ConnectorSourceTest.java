package dev.drover.local.launcher.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.local.launcher.cloud.SimulatedVcenter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorSourceTest {
  @TempDir Path run;

  /** Written twice, as after a connector's restart: the file of the first time is there. */
  @Test
  void section_vcenter_hasTheRolesUserAndItsPasswordInAPrivateFile() throws IOException {
    ConnectorSource source =
        new ConnectorSource.Vcenter(
            new SimulatedVcenter(
                URI.create("https://127.0.0.1:443/sdk"),
                "administrator",
                "all",
                "connector",
                "little",
                Path.of("/c/ca.pem"),
                URI.create("http://127.0.0.1:2"),
                3));
    source.section(run);

    Map<String, String> section = source.section(run);

    assertThat(section)
        .containsEntry("type", "vsphere")
        .containsEntry("address", source.text())
        .containsEntry("user", "connector")
        .containsEntry("caFile", "/c/ca.pem");
    Path passwordFile = Path.of(Objects.requireNonNull(section.get("passwordFile")));
    assertThat(passwordFile).hasContent("little");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordFile)))
        .isEqualTo("rw-------");
  }

  @Test
  void section_folder_isAbsolute() {
    ConnectorSource source = new ConnectorSource.Folder(Path.of("servers"));

    assertThat(source.section(run))
        .isEqualTo(
            Map.of("type", "folder", "directory", Path.of("servers").toAbsolutePath().toString()));
  }
}
