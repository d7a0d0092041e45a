package dev.drover.functions.account;

/**
 * AWS will not do it, now or later: a permission is missing, an argument is wrong, a limit is no
 * rate. Trying again does not help, so a run that meets it fails, and people read this.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sentence;

  /**
   * Says what AWS said.
   *
   * @param code AWS's own name of the error, for example {@code UnauthorizedOperation}
   * @param sentence AWS's own words; they name the service
   */
  public RefusedException(String code, String sentence, Throwable cause) {
    super(code + ": " + sentence, cause);
    this.sentence = sentence;
  }

  /** Says what AWS said, or would say, without a call that it could have said it to. */
  public RefusedException(String code, String sentence) {
    super(code + ": " + sentence);
    this.sentence = sentence;
  }

  /** AWS's own words, without the code. */
  public String sentence() {
    return sentence;
  }
}
