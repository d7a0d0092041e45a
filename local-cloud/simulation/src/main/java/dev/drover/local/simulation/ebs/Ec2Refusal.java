package dev.drover.local.simulation.ebs;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/**
 * EC2's errors, as the SDK throws them.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html">Error
 *     codes</a>
 */
final class Ec2Refusal {
  private Ec2Refusal() {}

  static Ec2Exception of(String code, String words) {
    return of(400, code, words);
  }

  static Ec2Exception invalidValue(String words) {
    return of("InvalidParameterValue", words);
  }

  static Ec2Exception noSnapshot(String id) {
    return of("InvalidSnapshot.NotFound", "The snapshot '" + id + "' does not exist.");
  }

  static Ec2Exception noImage(String id) {
    return of("InvalidAMIID.NotFound", "The image id '[" + id + "]' does not exist");
  }

  static Ec2Exception unauthorized() {
    return of(403, "UnauthorizedOperation", "You are not authorized to perform this operation.");
  }

  static Ec2Exception throttled() {
    return of(503, "RequestLimitExceeded", "Request limit exceeded.");
  }

  private static Ec2Exception of(int status, String code, String words) {
    return (Ec2Exception)
        Ec2Exception.builder()
            .message(words)
            .statusCode(status)
            .awsErrorDetails(
                AwsErrorDetails.builder()
                    .serviceName("Ec2")
                    .errorCode(code)
                    .errorMessage(words)
                    .build())
            .build();
  }
}
