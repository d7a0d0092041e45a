package dev.drover.connector.pipeline;

import dev.drover.connector.folder.FolderSource;
import dev.drover.connector.source.Capture;
import dev.drover.connector.source.DiskContent;
import dev.drover.protocol.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FolderFeedTest extends ExtentFeedContract {
  @TempDir Path root;
  private final List<Capture> captures = new ArrayList<>();

  @Override
  DiskContent contentOf(byte[] disk) throws IOException {
    Path image = root.resolve("server").resolve("disk.raw");
    Files.createDirectories(root.resolve("server"));
    Files.writeString(image.resolveSibling("server.yaml"), "format: raw");
    Files.write(image, disk);
    Capture capture =
        new FolderSource(root, InstantSource.system())
            .capture("server", new RunId("sms-run-0000aaaa"), null);
    captures.add(capture);
    return capture.disks().getFirst().content();
  }

  @AfterEach
  void close() {
    captures.forEach(Capture::close);
  }
}
