package dev.drover.connector.source;

/** Bytes that can be read anywhere, by many threads at once. */
public non-sealed interface RangeContent extends DiskContent {
  /**
   * Reads a range that lies inside the disk.
   *
   * @param offsetBytes from the disk's start
   * @param target is filled from its start
   * @param lengthBytes at least 1
   * @throws SourceException when not every byte could be read as it was at the capture
   */
  void read(long offsetBytes, byte[] target, int lengthBytes);
}
