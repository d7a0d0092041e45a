package dev.drover.connector.store;

import org.jspecify.annotations.Nullable;

/** The store could not be reached or failed; the same may succeed later. */
public final class StoreUnavailableException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
