package dev.drover.protocol;

/** A compressed block would expand to more than a block. */
public final class DecompressionBombException extends FormatException {
  private static final long serialVersionUID = 1L;

  public DecompressionBombException(String message) {
    super(message);
  }
}
