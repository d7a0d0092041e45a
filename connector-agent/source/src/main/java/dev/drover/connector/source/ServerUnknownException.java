package dev.drover.connector.source;

/** There is no server of that name. */
public final class ServerUnknownException extends SourceException {
  private static final long serialVersionUID = 1L;

  /** A failure with its sentence. */
  public ServerUnknownException(String message) {
    super(message, null);
  }
}
