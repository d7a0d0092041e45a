package dev.drover.protocol;

/**
 * An object is not what its format says. Each way to be wrong is a class of its own; reading the
 * same bytes again cannot help, sending the object again can.
 */
public abstract sealed class FormatException extends RuntimeException
    permits BadMagicException,
        UnknownVersionException,
        TruncatedException,
        InconsistentLengthException,
        DigestMismatchException,
        DecompressionBombException {
  private static final long serialVersionUID = 1L;

  FormatException(String message) {
    super(message);
  }
}
