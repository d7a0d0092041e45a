package dev.drover.connector.stop;

/** Work ended early because it was asked to; nothing failed. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoppedException() {
    super("stopped on request");
  }
}
