package dev.drover.connector.source;

/** The data changed while it was read: what was read is of no one instant. */
public final class SourceChangedException extends SourceException {
  private static final long serialVersionUID = 1L;

  public SourceChangedException(String message) {
    super(message, null);
  }
}
