package dev.drover.connector.state;

import dev.drover.connector.words.PlainText;
import java.io.IOException;

/** The folder that the configuration names cannot be the connector's own; the message says why. */
public final class StateUnusableException extends IOException {
  private static final long serialVersionUID = 1L;

  StateUnusableException(String message, Throwable cause) {
    super(PlainText.of(message), cause);
  }
}
