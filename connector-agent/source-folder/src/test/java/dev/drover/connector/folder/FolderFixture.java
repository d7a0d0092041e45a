package dev.drover.connector.folder;

import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.contract.SourceFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A folder of images for the contracts. */
record FolderFixture(Path root) implements SourceFixture {
  @Override
  public ServerSource source() {
    return new FolderSource(root, InstantSource.system());
  }

  @Override
  public void write(String vmId, List<byte[]> disks) throws IOException {
    Path folder = Files.createDirectories(root.resolve(vmId));
    // The contracts write noise, and what is short enough of it may look like a text.
    Files.writeString(folder.resolve("server.yaml"), "format: raw");
    for (int i = 0; i < disks.size(); i++) {
      Files.write(folder.resolve(i == 0 ? "root.img" : "data-" + i + ".img"), disks.get(i));
    }
  }

  @Override
  public void writeUnreadable(String vmId) throws IOException {
    Files.createDirectory(root.resolve(vmId));
  }
}
