package dev.drover.connector.folder;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.contract.DiskContentContract;
import dev.drover.protocol.RunId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FolderContentTest extends DiskContentContract {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

  @TempDir Path root;
  private final List<Capture> captures = new ArrayList<>();

  @Override
  protected DiskContent contentOf(byte[] disk) throws IOException {
    FolderFixture site = new FolderFixture(root);
    site.write("server", List.of(disk));
    Capture capture = site.source().capture("server", RUN, null);
    captures.add(capture);
    return capture.disks().getFirst().content();
  }

  @AfterEach
  void close() {
    captures.forEach(Capture::close);
  }
}
