package dev.drover.local.simulation.ebs;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ConflictException;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.RequestThrottledException;
import software.amazon.awssdk.services.ebs.model.RequestThrottledExceptionReason;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ebs.model.ResourceNotFoundExceptionReason;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededExceptionReason;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ebs.model.ValidationExceptionReason;

/**
 * The errors of the EBS direct APIs, with the status codes of AWS's model, as the SDK throws them.
 */
final class EbsRefusal {
  private EbsRefusal() {}

  static EbsException validation(ValidationExceptionReason reason, String words) {
    return ValidationException.builder()
        .reason(reason)
        .message(words)
        .statusCode(400)
        .awsErrorDetails(details("ValidationException", words))
        .build();
  }

  static EbsException invalid(String words) {
    return validation(ValidationExceptionReason.INVALID_PARAMETER_VALUE, words);
  }

  static EbsException notFound(String snapshotId) {
    String words = "The snapshot '" + snapshotId + "' does not exist.";
    return ResourceNotFoundException.builder()
        .reason(ResourceNotFoundExceptionReason.SNAPSHOT_NOT_FOUND)
        .message(words)
        .statusCode(404)
        .awsErrorDetails(details("ResourceNotFoundException", words))
        .build();
  }

  static EbsException tokenUsed(String clientToken) {
    String words = "The client token '" + clientToken + "' was used with other parameters.";
    return ConflictException.builder()
        .message(words)
        .statusCode(409)
        .awsErrorDetails(details("ConflictException", words))
        .build();
  }

  /** AWS does not say which error it is; functions take this one and the next alike. */
  static EbsException tooManyPending(String words) {
    return ConcurrentLimitExceededException.builder()
        .message(words)
        .statusCode(400)
        .awsErrorDetails(details("ConcurrentLimitExceededException", words))
        .build();
  }

  static EbsException tooManySnapshots(String words) {
    return ServiceQuotaExceededException.builder()
        .reason(ServiceQuotaExceededExceptionReason.DEPENDENCY_SERVICE_QUOTA_EXCEEDED)
        .message(words)
        .statusCode(402)
        .awsErrorDetails(details("ServiceQuotaExceededException", words))
        .build();
  }

  /** The account's rate; AWS's model has no class for it. */
  static EbsException throttled() {
    return (EbsException)
        EbsException.builder()
            .message("Rate exceeded")
            .statusCode(400)
            .awsErrorDetails(details("ThrottlingException", "Rate exceeded"))
            .build();
  }

  /** A snapshot's rate. */
  static EbsException snapshotThrottled(String snapshotId) {
    String words = "Rate exceeded for snapshot " + snapshotId;
    return RequestThrottledException.builder()
        .reason(RequestThrottledExceptionReason.RESOURCE_LEVEL_THROTTLE)
        .message(words)
        .statusCode(400)
        .awsErrorDetails(details("RequestThrottledException", words))
        .build();
  }

  private static AwsErrorDetails details(String code, String words) {
    return AwsErrorDetails.builder().serviceName("Ebs").errorCode(code).errorMessage(words).build();
  }
}
