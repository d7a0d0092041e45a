package dev.drover.local.simulator.ssm;

/**
 * A call that Systems Manager refuses.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html">
 *     SendCommand</a>
 */
final class SsmRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  private SsmRefusal(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  static SsmRefusal of(String type, String message) {
    return new SsmRefusal(400, type, message);
  }

  static SsmRefusal validation(String message) {
    return of("ValidationException", message);
  }

  static SsmRefusal throttled() {
    return of("ThrottlingException", "Rate exceeded");
  }

  static SsmRefusal internal() {
    return new SsmRefusal(500, "InternalServerError", "An internal error has occurred");
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }
}
