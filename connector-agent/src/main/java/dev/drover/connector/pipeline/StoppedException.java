package dev.drover.connector.pipeline;

/** Work ended early because it was asked to; nothing failed. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped on request");
  }
}
