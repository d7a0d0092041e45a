package dev.drover.connector.folder;

/**
 * Bytes at a place that tell what a file is.
 *
 * @param offset in bytes, from where the head or the tail begins
 * @param text a character for each byte
 */
record Mark(int offset, String text, boolean inTail) implements Sign {
  static Mark begins(String text) {
    return at(0, text);
  }

  static Mark at(int offset, String text) {
    return new Mark(offset, text, false);
  }

  /** The last bytes of a file, if it has as many as a tail. */
  static Mark inTail(int offset, String text) {
    return new Mark(offset, text, true);
  }

  @Override
  public boolean isIn(ImageEnds ends) {
    return inTail
        ? ends.tail().length() == ImageEnds.TAIL_BYTES && ends.tail().startsWith(text, offset)
        : ends.head().startsWith(text, offset);
  }
}
