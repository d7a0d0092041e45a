package dev.drover.functions.aws;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/** One key with one alias, and the account's default key for EBS. */
final class FakeKms implements KmsClient {
  static final String ARN = "arn:aws:kms:us-east-1:000000000000:key/1234abcd";
  static final String ALIAS_ARN = "arn:aws:kms:us-east-1:000000000000:alias/sms";

  /** A key that the caller may not describe. */
  static final String NOT_OURS = "alias/not-ours";

  private Consumer<KeyMetadata.Builder> more = key -> {};
  private final Map<String, String> keys =
      new HashMap<>(
          Map.of(
              "alias/sms",
              ARN,
              "1234abcd",
              ARN,
              ALIAS_ARN,
              ARN,
              "alias/aws/ebs",
              FakeEbs.DEFAULT_KEY));

  /** From now on every key is so, too. */
  void describeAs(Consumer<KeyMetadata.Builder> properties) {
    more = properties;
  }

  /** From now on the alias stands for that key. */
  void point(String alias, String arn) {
    keys.put(alias, arn);
  }

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
    String arn = keys.get(request.keyId());
    if (arn == null) {
      throw NotFoundException.builder().message(request.keyId() + " is not found").build();
    }
    return DescribeKeyResponse.builder()
        .keyMetadata(key -> key.arn(arn).applyMutation(more))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
