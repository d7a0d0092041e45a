package dev.drover.local.simulator.ebs;

import org.jspecify.annotations.Nullable;

/**
 * A call that the EBS direct APIs refuse, with the status, type and reason that AWS's model gives.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/CommonErrors.html">Errors</a>
 */
final class EbsRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final @Nullable String reason;

  private EbsRefusal(int status, String type, @Nullable String reason, String message) {
    super(message);
    this.status = status;
    this.type = type;
    this.reason = reason;
  }

  static EbsRefusal validation(ValidationReason reason, String message) {
    return new EbsRefusal(400, "ValidationException", reason.name(), message);
  }

  static EbsRefusal snapshotNotFound(String snapshotId) {
    return new EbsRefusal(
        404,
        "ResourceNotFoundException",
        "SNAPSHOT_NOT_FOUND",
        "The snapshot '" + snapshotId + "' does not exist.");
  }

  static EbsRefusal keyDisabled(String keyArn) {
    return validation(
        ValidationReason.INVALID_CUSTOMER_KEY, "The customer key " + keyArn + " is disabled.");
  }

  static EbsRefusal tokenConflict(String clientToken) {
    return new EbsRefusal(
        409,
        "ConflictException",
        null,
        "The client token '" + clientToken + "' was used with other parameters.");
  }

  static EbsRefusal tooManyPending(int quota) {
    return new EbsRefusal(
        400,
        "ConcurrentLimitExceededException",
        null,
        "The account has its limit of " + quota + " pending snapshots.");
  }

  static EbsRefusal accountThrottled() {
    return new EbsRefusal(400, "ThrottlingException", null, "Rate exceeded");
  }

  static EbsRefusal snapshotThrottled() {
    return new EbsRefusal(
        400, "RequestThrottledException", "RESOURCE_LEVEL_THROTTLE", "Rate of snapshot exceeded");
  }

  static EbsRefusal internal() {
    return internal("An internal error has occurred");
  }

  static EbsRefusal internal(String message) {
    return new EbsRefusal(500, "InternalServerException", null, message);
  }

  static EbsRefusal notSigned() {
    return new EbsRefusal(
        403, "MissingAuthenticationTokenException", null, "Missing Authentication Token");
  }

  static EbsRefusal signedFor(String service) {
    return new EbsRefusal(
        403,
        "InvalidSignatureException",
        null,
        "Credential should be scoped to correct service: 'ebs', not '" + service + "'.");
  }

  static EbsRefusal unknownOperation(String method, String path) {
    return new EbsRefusal(
        404, "UnknownOperationException", null, "No operation is at " + method + " " + path);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  @Nullable String reason() {
    return reason;
  }

  /** Of the reasons in AWS's model, those that the simulator gives. */
  enum ValidationReason {
    CONFLICTING_BLOCK_UPDATE,
    INVALID_BLOCK,
    INVALID_BLOCK_TOKEN,
    INVALID_CONTENT_ENCODING,
    INVALID_CUSTOMER_KEY,
    INVALID_PAGE_TOKEN,
    INVALID_PARAMETER_VALUE,
    INVALID_SNAPSHOT_ID,
    INVALID_TAG,
    INVALID_VOLUME_SIZE,
    UNRELATED_SNAPSHOTS
  }
}
