package dev.drover.functions.smsapi;

/** A call that is refused: its error and one sentence for the caller. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ApiError error;

  ApiException(ApiError error, String sentence) {
    super(sentence);
    this.error = error;
  }

  ApiError error() {
    return error;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
