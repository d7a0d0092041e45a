package dev.drover.functions.account;

/**
 * Something that passes: throttling, a conflict, a snapshot that is not visible yet. The state
 * machine retries it by this name, so the class's name is part of the interface.
 */
public sealed class TransientException extends RuntimeException permits NewerVersionException {
  private static final long serialVersionUID = 1L;

  public TransientException(String message, Throwable cause) {
    super(message, cause);
  }

  public TransientException(String message) {
    super(message);
  }
}
