package dev.drover.local.simulation.ebs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * The account's keys.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html">DescribeKey</a>
 */
final class KmsService {
  static final String ACCOUNT = "000000000000";
  private static final String ARN = "arn:aws:kms:us-east-1:" + ACCOUNT + ":";

  /** What the account encrypts EBS with by default. */
  static final String DEFAULT_KEY_ALIAS = "alias/aws/ebs";

  /** The key behind it, until the alias is given to another. */
  static final String DEFAULT_KEY_ARN = ARN + "key/00000000-0000-0000-0000-000000000000";

  private final AccountUse use;
  private final Map<String, String> arnByName = new HashMap<>();
  private final Set<String> denied = new HashSet<>();

  KmsService(AccountUse use) {
    this.use = use;
    add("00000000-0000-0000-0000-000000000000", DEFAULT_KEY_ALIAS);
  }

  /** The account's own key for EBS, today. */
  String defaultKeyArn() {
    return arnByName.getOrDefault(DEFAULT_KEY_ALIAS, DEFAULT_KEY_ARN);
  }

  /** Adds a key with an alias, which may have been another key's until now; its ARN. */
  String add(String keyId, String alias) {
    String arn = ARN + "key/" + keyId;
    for (String name : new String[] {keyId, arn, alias, ARN + alias}) {
      arnByName.put(name, arn);
    }
    return arn;
  }

  /** Nobody may describe that key, by whatever name, from now on. */
  void deny(String keyId) {
    denied.add(ARN + "key/" + keyId);
  }

  boolean hasArn(String arn) {
    return arn.equals(arnByName.get(arn));
  }

  DescribeKeyResponse describe(DescribeKeyRequest request) {
    use.called("DescribeKey");
    String name = request.keyId();
    String arn = arnByName.get(name);
    if (arn == null) {
      String words =
          name.contains("alias/") ? "Alias " + name + " is not found." : "Invalid keyId " + name;
      throw NotFoundException.builder()
          .message(words)
          .statusCode(400)
          .awsErrorDetails(details("NotFoundException", words))
          .build();
    }
    if (denied.contains(arn)) {
      String words = "The caller is not authorized to perform: kms:DescribeKey on resource: " + arn;
      throw (KmsException)
          KmsException.builder()
              .message(words)
              .statusCode(400)
              .awsErrorDetails(details("AccessDeniedException", words))
              .build();
    }
    return DescribeKeyResponse.builder()
        .keyMetadata(
            key ->
                key.arn(arn)
                    .keyId(arn.substring(arn.indexOf('/') + 1))
                    .awsAccountId(ACCOUNT)
                    .enabled(true)
                    .keyState(KeyState.ENABLED))
        .build();
  }

  private static AwsErrorDetails details(String code, String words) {
    return AwsErrorDetails.builder().serviceName("Kms").errorCode(code).errorMessage(words).build();
  }
}
