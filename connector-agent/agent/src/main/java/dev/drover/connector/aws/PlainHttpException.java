package dev.drover.connector.aws;

/** Something would have been sent without encryption. */
public final class PlainHttpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlainHttpException(String message) {
    super(message);
  }
}
