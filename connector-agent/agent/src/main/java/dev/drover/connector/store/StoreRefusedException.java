package dev.drover.connector.store;

import org.jspecify.annotations.Nullable;

/** The store answers and says no: trying again cannot help until a person changes something. */
public final class StoreRefusedException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
