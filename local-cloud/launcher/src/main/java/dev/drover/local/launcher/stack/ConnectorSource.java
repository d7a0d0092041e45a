package dev.drover.local.launcher.stack;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Reason;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Where a connector's servers are. */
public sealed interface ConnectorSource {
  /** As the cloud's state and sentences name it. */
  String text();

  /**
   * The section {@code source} of its configuration.
   *
   * @param run where a file may be written that it names
   */
  Map<String, String> section(Path run);

  /** A folder with a sub-folder for each server. */
  record Folder(Path directory) implements ConnectorSource {
    public Folder {
      directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public String text() {
      return directory.toString();
    }

    @Override
    public Map<String, String> section(Path run) {
      return Map.of("type", "folder", "directory", directory.toString());
    }
  }

  /** A simulated vCenter, as the user who may what a connector needs and nothing else. */
  record Vcenter(SimulatedVcenter vcenter) implements ConnectorSource {
    @Override
    public String text() {
      return vcenter.url().toString();
    }

    @Override
    public Map<String, String> section(Path run) {
      return Map.of(
          "type",
          "vsphere",
          "address",
          vcenter.url().toString(),
          "user",
          vcenter.roleUser(),
          "passwordFile",
          passwordFile(run).toString(),
          "caFile",
          vcenter.caFile().toString(),
          // Every fifth VM has no running Tools.
          "quiescing",
          "ifPossible");
    }

    private Path passwordFile(Path run) {
      Path file = run.resolve("vcenter.password");
      try {
        Files.deleteIfExists(file);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, vcenter.rolePassword());
      } catch (IOException e) {
        throw new LocalCloudException("Cannot write " + file + ": " + Reason.of(e, file), e);
      }
    }
  }
}
