package dev.drover.local.launcher.cloud;

/**
 * Something the local cloud needs is missing or failed; the message is one sentence a person can
 * act on.
 */
public final class LocalCloudException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LocalCloudException(String message) {
    super(message);
  }

  public LocalCloudException(String message, Throwable cause) {
    super(message, cause);
  }
}
