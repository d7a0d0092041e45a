package dev.drover.functions.api;

/** A call that is refused: an error's code and status, and one sentence for the caller. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final int status;

  ApiException(String code, int status, String sentence) {
    super(sentence);
    this.code = code;
    this.status = status;
  }

  String code() {
    return code;
  }

  int status() {
    return status;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
