package dev.drover.connector.source;

import org.jspecify.annotations.Nullable;

/** The source did not answer as it should; the same may succeed later. */
public final class SourceUnavailableException extends SourceException {
  private static final long serialVersionUID = 1L;

  public SourceUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
