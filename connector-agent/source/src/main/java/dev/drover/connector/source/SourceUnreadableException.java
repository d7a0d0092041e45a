package dev.drover.connector.source;

import org.jspecify.annotations.Nullable;

/** The source cannot be read until a person changes something. */
public final class SourceUnreadableException extends SourceException {
  private static final long serialVersionUID = 1L;

  public SourceUnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
