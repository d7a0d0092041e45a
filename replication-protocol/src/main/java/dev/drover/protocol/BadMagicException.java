package dev.drover.protocol;

/** The object does not begin as its format does: it is something else. */
public final class BadMagicException extends FormatException {
  private static final long serialVersionUID = 1L;

  public BadMagicException(String message) {
    super(message);
  }
}
