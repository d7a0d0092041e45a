package dev.drover.functions.lambda;

/** A function was deployed without an environment variable that it needs. */
public final class MissingSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingSettingException(String name) {
    super("the environment variable " + name + " is not set: deploy the stack again");
  }
}
