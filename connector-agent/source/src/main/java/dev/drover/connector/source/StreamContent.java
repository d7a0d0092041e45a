package dev.drover.connector.source;

/** Bytes that can only be read in order. */
public non-sealed interface StreamContent extends DiskContent {
  /** Starts a pass at the disk's first byte. */
  DiskStream open();
}
