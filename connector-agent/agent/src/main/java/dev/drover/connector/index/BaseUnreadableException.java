package dev.drover.connector.index;

import org.jspecify.annotations.Nullable;

/** A base's digest list is not what the plan says it is; the base cannot serve. */
public final class BaseUnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BaseUnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
