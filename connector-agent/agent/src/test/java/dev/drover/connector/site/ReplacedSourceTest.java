package dev.drover.connector.site;

import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.contract.ServerSourceContract;
import dev.drover.connector.source.contract.SourceFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The agent's tests rely on this double to be what a source may be. */
class ReplacedSourceTest extends ServerSourceContract {
  @TempDir Path root;

  @Override
  protected SourceFixture site() throws IOException {
    return new Streams(new Site(root));
  }

  private record Streams(Site site) implements SourceFixture {
    @Override
    public ServerSource source() {
      return ReplacedSource.streamed(site.source());
    }

    @Override
    public void write(String vmId, List<byte[]> disks) throws IOException {
      Path folder = Files.createDirectories(site.servers().resolve(vmId));
      Files.writeString(folder.resolve("server.yaml"), "format: raw");
      for (int i = 0; i < disks.size(); i++) {
        String name = i == 0 ? "root.img" : "data-" + i + ".img";
        Files.write(site.image(vmId, name), disks.get(i));
      }
    }

    @Override
    public void writeUnreadable(String vmId) throws IOException {
      Files.createDirectory(site.servers().resolve(vmId));
    }
  }
}
