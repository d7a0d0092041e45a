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

/** Another source, but every disk has one hole, in which nobody may read. */
public record HoledSource(ServerSource source, long holeFrom, long holeEnd)
    implements ServerSource {
  @Override
  public String type() {
    return "holed";
  }

  @Override
  public SourceInventory inventory() {
    return source.inventory();
  }

  @Override
  public Capture capture(String vmId, @Nullable CaptureName previous) {
    return new Holed(source.capture(vmId, previous));
  }

  private final class Holed implements Capture {
    private final Capture capture;

    Holed(Capture capture) {
      this.capture = capture;
    }

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
      return capture.disks().stream().map(this::holed).toList();
    }

    @Override
    public void verifyUnchanged() {
      capture.verifyUnchanged();
    }

    @Override
    public void close() {
      capture.close();
    }

    private CapturedDisk holed(CapturedDisk disk) {
      return new CapturedDisk(
          disk.diskId(),
          disk.backingUuid(),
          disk.label(),
          disk.sizeBytes(),
          new Content((RangeContent) disk.content()));
    }
  }

  private final class Content implements RangeContent {
    private final RangeContent whole;

    Content(RangeContent whole) {
      this.whole = whole;
    }

    @Override
    public void read(long offsetBytes, byte[] target, int lengthBytes) {
      if (offsetBytes >= holeFrom && offsetBytes + lengthBytes <= holeEnd) {
        throw new AssertionError("byte " + offsetBytes + " is in the hole and was read");
      }
      whole.read(offsetBytes, target, lengthBytes);
    }

    @Override
    public long zerosUntil(long offsetBytes) {
      return offsetBytes >= holeFrom && offsetBytes < holeEnd ? holeEnd : offsetBytes;
    }
  }
}
