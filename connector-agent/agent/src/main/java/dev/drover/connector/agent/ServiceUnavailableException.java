package dev.drover.connector.agent;

/** A queue or a state machine could not be reached or said no; the call may be tried again. */
public final class ServiceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ServiceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
