package dev.drover.connector.site;

import dev.drover.connector.source.Capture;
import dev.drover.connector.source.CaptureName;
import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.RangeContent;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.SourceInventory;
import dev.drover.connector.source.StreamContent;
import dev.drover.protocol.RunId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Another source, but it reads as many disks as it bears until it was asked often enough. */
public record BusySource(ServerSource source, AtomicInteger refusals) implements ServerSource {
  @Override
  public String type() {
    return "busy";
  }

  @Override
  public SourceInventory inventory() {
    return source.inventory();
  }

  @Override
  public Capture capture(String vmId, RunId run, @Nullable CaptureName previous) {
    return new ReplacedContent(
        source.capture(vmId, run, previous),
        disk ->
            new Turned(
                new ZeroSkippingStream((RangeContent) disk.content(), disk.sizeBytes()), refusals));
  }

  private record Turned(StreamContent content, AtomicInteger refusals) implements StreamContent {
    @Override
    public DiskStream open() {
      return content.open();
    }

    @Override
    public Optional<DiskStream> openIfFree() {
      return refusals.getAndDecrement() > 0 ? Optional.empty() : content.openIfFree();
    }
  }
}
