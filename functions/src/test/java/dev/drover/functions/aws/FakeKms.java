package dev.drover.functions.aws;

import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/** One key with one alias. */
final class FakeKms implements KmsClient {
  static final String ARN = "arn:aws:kms:us-east-1:000000000000:key/1234abcd";
  static final String ALIAS_ARN = "arn:aws:kms:us-east-1:000000000000:alias/sms";

  /** A key that the caller may not describe. */
  static final String NOT_OURS = "alias/not-ours";

  private static final Map<String, String> KEYS =
      Map.of("alias/sms", ARN, "1234abcd", ARN, ALIAS_ARN, ARN);

  @Override
  public DescribeKeyResponse describeKey(DescribeKeyRequest request) {
    if (request.keyId().equals(NOT_OURS)) {
      throw KmsException.builder()
          .statusCode(400)
          .requestId("1a2b-3c")
          .numAttempts(1)
          .awsErrorDetails(
              AwsErrorDetails.builder()
                  .errorCode("AccessDeniedException")
                  .errorMessage("You may not describe it.")
                  .build())
          .build();
    }
    String arn = KEYS.get(request.keyId());
    if (arn == null) {
      throw NotFoundException.builder().message(request.keyId() + " is not found").build();
    }
    return DescribeKeyResponse.builder().keyMetadata(key -> key.arn(arn)).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
