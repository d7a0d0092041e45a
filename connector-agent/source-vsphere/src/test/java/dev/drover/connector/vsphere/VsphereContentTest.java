package dev.drover.connector.vsphere;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.contract.DiskContentContract;
import dev.drover.protocol.RunId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class VsphereContentTest extends DiskContentContract {
  private static final RunId RUN = new RunId("sms-run-0000aaaa");

  private final VsphereFixture site = new VsphereFixture();
  private final List<Capture> captures = new ArrayList<>();

  @Override
  protected DiskContent contentOf(byte[] disk) {
    site.write("server", List.of(disk));
    Capture capture = site.source.capture(site.vmId("server"), RUN, null);
    captures.add(capture);
    return capture.disks().getFirst().content();
  }

  @Override
  protected int sectorBytes() {
    return site.sectorBytes();
  }

  @AfterEach
  void close() {
    captures.forEach(Capture::close);
    site.close();
  }
}
