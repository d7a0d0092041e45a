package dev.drover.protocol;

/** The bytes do not have the digest that stands beside them: they were changed. */
public final class DigestMismatchException extends FormatException {
  private static final long serialVersionUID = 1L;

  public DigestMismatchException(String message) {
    super(message);
  }
}
