package dev.drover.connector.store;

import org.jspecify.annotations.Nullable;

/** There is no such object. */
public final class ObjectMissingException extends StoreException {
  private static final long serialVersionUID = 1L;

  public ObjectMissingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
