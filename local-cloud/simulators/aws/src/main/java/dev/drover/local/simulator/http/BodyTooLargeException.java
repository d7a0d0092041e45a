package dev.drover.local.simulator.http;

/** A request's body has more bytes than its operation accepts. A retry cannot help. */
public final class BodyTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BodyTooLargeException(int limitBytes) {
    super("the body has more than the " + limitBytes + " bytes that are accepted here");
  }
}
