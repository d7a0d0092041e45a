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

  /**
   * How far the disk is known to be zeros without being read, as the holes of a file are.
   *
   * @param offsetBytes inside the disk
   * @return the end of the zeros that begin there, at most the disk's; the offset itself where
   *     nothing is known
   * @throws SourceException when the disk is not as it was at the capture
   */
  default long zerosUntil(long offsetBytes) {
    return offsetBytes;
  }
}
