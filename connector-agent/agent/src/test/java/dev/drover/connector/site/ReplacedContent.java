package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.DiskContent;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;
import java.util.function.Function;

/**
 * Another capture, but what is read of its disks comes from elsewhere.
 *
 * @param content of a disk, given that disk
 */
public record ReplacedContent(Capture capture, Function<CapturedDisk, DiskContent> content)
    implements Capture {
  @Override
  public CaptureName name() {
    return capture.name();
  }

  @Override
  public Report.Consistency consistency() {
    return capture.consistency();
  }

  @Override
  public Firmware firmware() {
    return capture.firmware();
  }

  @Override
  public List<CapturedDisk> disks() {
    return capture.disks().stream().map(this::replaced).toList();
  }

  @Override
  public void verifyUnchanged() {
    capture.verifyUnchanged();
  }

  @Override
  public void close() {
    capture.close();
  }

  private CapturedDisk replaced(CapturedDisk disk) {
    return new CapturedDisk(
        disk.diskId(), disk.backingUuid(), disk.label(), disk.sizeBytes(), content.apply(disk));
  }
}
