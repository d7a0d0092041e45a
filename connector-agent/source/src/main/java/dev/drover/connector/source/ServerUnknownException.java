package dev.drover.connector.source;

/** There is no server of that name. */
public final class ServerUnknownException extends SourceException {
  private static final long serialVersionUID = 1L;

  public ServerUnknownException(String message) {
    super(message, null);
  }
}
