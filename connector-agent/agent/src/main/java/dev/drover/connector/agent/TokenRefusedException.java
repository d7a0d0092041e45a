package dev.drover.connector.agent;

/** Nobody waits for the task any more: stop it and touch nothing. */
public final class TokenRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A refusal with the service's own words. */
  public TokenRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
