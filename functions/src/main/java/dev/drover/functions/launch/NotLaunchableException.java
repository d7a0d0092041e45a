package dev.drover.functions.launch;

/** An application cannot be launched as it is now; the message is a sentence with the next step. */
final class NotLaunchableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotLaunchableException(String sentence) {
    super(sentence);
  }
}
