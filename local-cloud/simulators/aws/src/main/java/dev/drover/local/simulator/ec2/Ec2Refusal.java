package dev.drover.local.simulator.ec2;

/**
 * A call that EC2 refuses.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">Error
 *     codes</a>
 */
final class Ec2Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  private Ec2Refusal(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  static Ec2Refusal of(String code, String message) {
    return new Ec2Refusal(400, code, message);
  }

  static Ec2Refusal invalidValue(String message) {
    return of("InvalidParameterValue", message);
  }

  static Ec2Refusal snapshotNotFound(String snapshotId) {
    return of("InvalidSnapshot.NotFound", "The snapshot '" + snapshotId + "' does not exist.");
  }

  static Ec2Refusal imageNotFound(String imageId) {
    return of("InvalidAMIID.NotFound", "The image id '[" + imageId + "]' does not exist");
  }

  static Ec2Refusal instanceNotFound(String id) {
    return of("InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
  }

  static Ec2Refusal volumeNotFound(String id) {
    return of("InvalidVolume.NotFound", "The volume '" + id + "' does not exist.");
  }

  static Ec2Refusal dryRun() {
    return new Ec2Refusal(
        412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
  }

  static Ec2Refusal notSigned() {
    return new Ec2Refusal(
        401, "AuthFailure", "AWS was not able to validate the provided access credentials");
  }

  static Ec2Refusal throttled() {
    return new Ec2Refusal(503, "RequestLimitExceeded", "Request limit exceeded.");
  }

  static Ec2Refusal internal() {
    return internal("An internal error has occurred");
  }

  static Ec2Refusal internal(String message) {
    return new Ec2Refusal(500, "InternalError", message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
