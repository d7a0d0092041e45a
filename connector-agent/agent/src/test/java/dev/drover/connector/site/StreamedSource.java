package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.protocol.RunId;
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
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    return new ReplacedContent(
        source.capture(vmId, run, previous),
        disk -> new ZeroSkippingStream((RangeContent) disk.content(), disk.sizeBytes()));
  }
}
