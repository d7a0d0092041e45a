package dev.drover.connector.agent;

/**
 * Too many reads or puts do not come back: only a new process gets their threads and memory again.
 * The message is a sentence for people.
 */
public final class UnhealthyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnhealthyException(String message) {
    super(message);
  }
}
