package dev.drover.protocol;

/** The object ends before its format does: it was cut. */
public final class TruncatedException extends FormatException {
  private static final long serialVersionUID = 1L;

  public TruncatedException(String message) {
    super(message);
  }
}
