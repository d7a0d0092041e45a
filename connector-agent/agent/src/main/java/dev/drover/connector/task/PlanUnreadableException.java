package dev.drover.connector.task;

import org.jspecify.annotations.Nullable;

/** A plan, or an object that it names, is not what it should be. */
final class PlanUnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlanUnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
