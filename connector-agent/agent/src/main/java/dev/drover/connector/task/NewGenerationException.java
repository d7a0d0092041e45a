package dev.drover.connector.task;

/**
 * The server was captured anew since its run was begun, and the cloud holds something of the
 * capture before: what that is, only a plan can tell that is made when no more of it is applied.
 */
final class NewGenerationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NewGenerationException(String vmId) {
    super(
        "Server '"
            + vmId
            + "' was captured anew: the run goes on as soon as what it sent before is known.");
  }
}
