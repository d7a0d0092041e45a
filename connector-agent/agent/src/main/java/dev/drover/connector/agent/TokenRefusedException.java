package dev.drover.connector.agent;

/** Nobody waits for the task any more: stop it and touch nothing. */
public final class TokenRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TokenRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
