package dev.drover.connector.site;

import dev.drover.connector.source.DiskStream;
import dev.drover.connector.source.ServerSource;
import dev.drover.connector.source.StreamContent;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk of a source that reads as many as it bears until it was asked often enough. */
public record BusyContent(StreamContent content, AtomicInteger refusals) implements StreamContent {
  /** A source all of whose disks are such. */
  public static ServerSource in(ServerSource source, AtomicInteger refusals) {
    return new ReplacedSource(
        "busy", source, disk -> new BusyContent(ReplacedSource.stream(disk), refusals));
  }

  @Override
  public DiskStream open() {
    return content.open();
  }

  @Override
  public Optional<DiskStream> openIfFree() {
    return refusals.getAndDecrement() > 0 ? Optional.empty() : content.openIfFree();
  }
}
