package dev.drover.connector.source;

import java.util.Optional;

/** Bytes that can only be read in order. */
public non-sealed interface StreamContent extends DiskContent {
  /** Starts a pass at the disk's first byte. */
  DiskStream open();

  /**
   * As {@link #open}, unless the source reads as many disks as it bears.
   *
   * @return empty, and soon, when it does: then it is asked again
   */
  default Optional<DiskStream> openIfFree() {
    return Optional.of(open());
  }
}
