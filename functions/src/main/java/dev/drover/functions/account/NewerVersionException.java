package dev.drover.functions.account;

import dev.drover.protocol.UnknownVersionException;

/**
 * A newer Drover wrote something that this one does not read: after a way back over more than one
 * release, or in an execution that began more than one release ago. What it wrote is left as it is.
 * It passes when the newer one is deployed again, or a newer execution takes over; so it is tried
 * again like all that passes, and the state machine does so for hours, by this name.
 */
public final class NewerVersionException extends TransientException {
  private static final long serialVersionUID = 1L;

  private static final String NEXT_STEP = ": deploy the newer version of Drover again";

  private NewerVersionException(String message, Throwable cause) {
    super(message, cause);
  }

  private NewerVersionException(String message) {
    super(message);
  }

  /** That something is of a later version than the newest that this build reads. */
  public static NewerVersionException of(String what, long version, int readable) {
    return new NewerVersionException(
        what
            + " is of version "
            + version
            + ", and this Drover reads up to version "
            + readable
            + NEXT_STEP);
  }

  /** That an object or a message is. */
  public static NewerVersionException of(UnknownVersionException unknown) {
    return new NewerVersionException(unknown.getMessage() + NEXT_STEP, unknown);
  }
}
