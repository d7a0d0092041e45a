package dev.drover.connector.source;

import dev.drover.connector.words.PlainText;
import org.jspecify.annotations.Nullable;

/**
 * A source could not give what it was asked for. The message is a sentence for people, on one line
 * whatever the names in it hold.
 */
public abstract sealed class SourceException extends RuntimeException
    permits ServerUnknownException,
        SourceChangedException,
        SourceUnavailableException,
        SourceUnreadableException {
  private static final long serialVersionUID = 1L;

  SourceException(String message, @Nullable Throwable cause) {
    super(PlainText.of(message), cause);
  }
}
