package dev.drover.protocol;

/**
 * The object or message is of a version that this build does not know: one side must be updated.
 */
public final class UnknownVersionException extends FormatException {
  private static final long serialVersionUID = 1L;

  public UnknownVersionException(String message) {
    super(message);
  }
}
