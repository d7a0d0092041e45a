package dev.drover.functions.api;

/** A call that is refused: its error and one sentence for the caller. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ApiError error;

  ApiException(ApiError error, String sentence) {
    super(sentence);
    this.error = error;
  }

  public ApiError error() {
    return error;
  }

  public String sentence() {
    return String.valueOf(getMessage());
  }
}
