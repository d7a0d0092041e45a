package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.protocol.RunId;
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
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    return new ReplacedContent(
        source.capture(vmId, run, previous), disk -> new Content((RangeContent) disk.content()));
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
