package dev.drover.protocol;

/** A length, count, index or order in the object contradicts another, or exceeds its limit. */
public final class InconsistentLengthException extends FormatException {
  private static final long serialVersionUID = 1L;

  public InconsistentLengthException(String message) {
    super(message);
  }
}
