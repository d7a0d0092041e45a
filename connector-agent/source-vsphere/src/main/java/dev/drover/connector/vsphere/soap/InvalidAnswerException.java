package dev.drover.connector.vsphere.soap;

/** An answer that is not what the vSphere API says. The message is the end of a sentence. */
public final class InvalidAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidAnswerException(String message) {
    super(message);
  }
}
