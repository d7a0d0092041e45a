package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.CapturedDisk;
import dev.drover.connector.source.DiskContent;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.protocol.RunId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Another source, but what is read of its disks comes from elsewhere.
 *
 * @param content of a disk, given that disk
 */
public record ReplacedSource(
    String type, ServerSource source, Function<CapturedDisk, DiskContent> content)
    implements ServerSource {
  /** Every disk can only be read in one pass. */
  public static ServerSource streamed(ServerSource source) {
    return new ReplacedSource("stream", source, ReplacedSource::stream);
  }

  static ZeroSkippingStream stream(CapturedDisk disk) {
    return new ZeroSkippingStream((RangeContent) disk.content(), disk.sizeBytes());
  }

  @Override
  public SourceInventory inventory() {
    return source.inventory();
  }

  @Override
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    return new ReplacedContent(source.capture(vmId, run, previous), content);
  }
}
