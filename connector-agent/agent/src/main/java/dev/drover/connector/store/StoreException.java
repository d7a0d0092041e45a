package dev.drover.connector.store;

import org.jspecify.annotations.Nullable;

/** The object store did not do what it was asked for. The message is a sentence for people. */
public abstract sealed class StoreException extends RuntimeException
    permits ObjectMissingException, StoreRefusedException, StoreUnavailableException {
  private static final long serialVersionUID = 1L;

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
