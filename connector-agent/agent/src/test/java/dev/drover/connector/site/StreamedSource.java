package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.message.Report;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another source, but every disk can only be read in one pass. */
public record StreamedSource(ServerSource source) implements ServerSource {
  @Override
  public String type() {
    return "stream";
  }

  @Override
  public SourceInventory inventory() {
    return source.inventory();
  }

  @Override
  public Capture capture(String vmId, @Nullable CaptureName previous) {
    return new Streamed(source.capture(vmId, previous));
  }

  private record Streamed(Capture capture) implements Capture {
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
      return capture.disks().stream().map(Streamed::streamed).toList();
    }

    @Override
    public void verifyUnchanged() {
      capture.verifyUnchanged();
    }

    @Override
    public void close() {
      capture.close();
    }

    private static CapturedDisk streamed(CapturedDisk disk) {
      return new CapturedDisk(
          disk.diskId(),
          disk.backingUuid(),
          disk.label(),
          disk.sizeBytes(),
          new ZeroSkippingStream((RangeContent) disk.content(), disk.sizeBytes()));
    }
  }
}
